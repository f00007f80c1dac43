import { asObject } from './json.ts';

/** A route of the management API, as its OpenAPI document describes it. */
export interface Operation {
  readonly method: string;
  /** With placeholders: `/api/v2/flags/{projectKey}`. */
  readonly path: string;
  readonly query: readonly Parameter[];
  /** The JSON Schema of the body; undefined when there is none. */
  readonly body: Schema | undefined;
}

interface Parameter {
  readonly name: string;
  readonly schema: Schema;
}

/** The parts of JSON Schema that the document uses. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
}

/** Reads all routes of an OpenAPI document. */
export function operationsOf(document: unknown): readonly Operation[] {
  const { paths } = document as { paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const { parameters = [], requestBody } = operation as {
        parameters?: readonly (Parameter & { in: string })[];
        requestBody?: { content: Readonly<Record<string, { schema: Schema }>> };
      };
      return {
        method: method.toUpperCase(),
        path,
        query: parameters.filter((parameter) => parameter.in === 'query'),
        body: Object.values(asObject(requestBody?.content) as Record<string, { schema: Schema }>)[0]?.schema,
      };
    }),
  );
}
