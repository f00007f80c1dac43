import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { DEVIATIONS, findOfficialAnswer, OFFICIAL_TYPES } from './official-answers.ts';

/*
 * The types of the official API client as judges of our answers: turned into JSON Schemas when the tests begin. More
 * members than a type has are allowed; missing ones, other types and nulls are not.
 */

/** JSON Schemas of the official types by name, as JSON. Takes a second or two. */
export function generateOfficialSchemas(): string {
  const client = createRequire(import.meta.url).resolve('launchdarkly-api-typescript');
  const generator = createGenerator({
    path: join(dirname(client), 'api.d.ts'),
    type: [...OFFICIAL_TYPES],
    skipTypeCheck: true,
    additionalProperties: true,
    jsDoc: 'none',
    functions: 'hide',
  });
  return JSON.stringify(Object.fromEntries(OFFICIAL_TYPES.map((type) => [type, generator.createSchema(type)])));
}

/** Checks an answer of the API. @returns what is wrong with it, or nothing */
export type CheckAnswer = (answer: {
  readonly method: string;
  /** Below `/api/v2`. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}) => string | undefined;

/** @param schemas what `generateOfficialSchemas` made */
export function officialCheck(schemas: string): CheckAnswer {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const byType = JSON.parse(schemas) as Readonly<Record<string, object>>;
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (type: string) => {
    const name = type.replace('[]', '');
    const known = compiled.get(type);
    if (known) return known;
    const one = byType[name];
    if (!one) throw new Error(`no schema of the official type ${name}`);
    const validate = ajv.compile(type.endsWith('[]') ? { type: 'array', items: one, ...definitionsOf(one) } : one);
    compiled.set(type, validate);
    return validate;
  };
  return ({ method, path, status, body }) => {
    if (status >= 400) return isErrorBody(body) ? undefined : 'expected an error with code and message';
    if (status === 204) return body === undefined ? undefined : 'expected no body';
    const type = findOfficialAnswer(method, path);
    if (type === undefined) return undefined;
    if (type === null) return body === undefined ? undefined : 'expected no body';
    const validate = validatorOf(type);
    if (validate(body)) return undefined;
    const problems = (validate.errors ?? []).filter((error) => !isKnown(type, error)).map(words);
    return problems.length === 0 ? undefined : `is no ${type}: ${problems.slice(0, 5).join('; ')}`;
  };
}

/** The array schema refers to the definitions that the schema of its items brings with it. */
function definitionsOf(schema: object): object {
  return 'definitions' in schema ? { definitions: schema.definitions } : {};
}

function isErrorBody(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { code, message } = body as Readonly<Record<string, unknown>>;
  return typeof code === 'string' && typeof message === 'string';
}

function isKnown(type: string, { instancePath }: ErrorObject): boolean {
  const words = instancePath.split('/').slice(1);
  return Object.keys(DEVIATIONS).some((deviation) => {
    const [name, path = ''] = deviation.split(' ');
    const pattern = path.split('/').slice(1);
    const isSame = pattern.length === words.length && pattern.every((word, i) => word === '*' || word === words[i]);
    return name === type && isSame;
  });
}

const words = ({ instancePath, message }: ErrorObject) => `${instancePath || '/'} ${message ?? 'is wrong'}`;
