import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';

/** One complaint of a compiled schema. */
interface Complaint {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: { readonly requiredProperties?: readonly string[] };
}

/**
 * Compiles schemas to checks whose errors name the field, its value and what was expected. Bodies are taken as they
 * are; the strings of queries and paths are converted to the numbers and booleans that the schema asks for. A schema is
 * compiled when it is first needed: there are hundreds, and a start needs none of them.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let check: Validator | undefined;
  return (input) => {
    check ??= Compile(schema);
    const value = httpPart === 'body' ? input : convertTexts(schema, input);
    if (check.Check(value)) return { value };
    const [complaint] = check.Errors(value) as readonly Complaint[];
    return { error: toError(complaint, value, httpPart === 'body' ? 'body' : 'request') };
  };
};

/** Reads the numbers and booleans of a query. What is spelt in another way stays a text, and fails the check. */
function convertTexts(schema: TSchema, input: unknown): unknown {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, { readonly type?: unknown }>> };
  const members = Object.entries(input as Readonly<Record<string, unknown>>);
  return Object.fromEntries(members.map(([name, value]) => [name, convertText(properties[name]?.type, value)]));
}

function convertText(type: unknown, value: unknown): unknown {
  if (type === 'integer' && typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === '1')) return true;
  if (type === 'boolean' && (value === 'false' || value === '0')) return false;
  return value;
}

function toError(complaint: Complaint | undefined, value: unknown, whole: string): InvalidRequest {
  if (!complaint) return new InvalidRequest(`${whole}: does not have the expected shape`);
  const at = complaint.instancePath.split('/').slice(1).map(unescapePointer);
  const [missing] = complaint.params.requiredProperties ?? [];
  if (complaint.keyword === 'required' && missing !== undefined) {
    return new InvalidRequest(`${fieldName([...at, missing], whole)}: expected a value, got nothing`);
  }
  const expected = complaint.message.replace(/^must be /, '');
  return new InvalidRequest(`${fieldName(at, whole)}: expected ${expected}, got ${show(valueAt(value, at))}`);
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

function fieldName(at: readonly string[], whole: string): string {
  const name = at.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  return name.replace(/^\./, '') || whole;
}

function valueAt(value: unknown, at: readonly string[]): unknown {
  return at.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value);
}
