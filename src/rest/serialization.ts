import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifySerializerCompiler } from 'fastify';

type Serialize = ReturnType<FastifySerializerCompiler<unknown>>;

const compile = SerializerSelector()({}, {});

/** Compiles the schema of an answer when the first one is sent: there are hundreds, and a start needs none of them. */
export const compileSerializer: FastifySerializerCompiler<unknown> = ({ schema, method, url, httpStatus = '' }) => {
  let serialize: Serialize | undefined;
  return (answer) => {
    serialize ??= compile({ schema, method, url, httpStatus });
    return serialize(answer);
  };
};
