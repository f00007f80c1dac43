import { parseReference } from '../domain/evaluation/attribute-reference.ts';
import { findAttribute, parseContext, type SingleContext } from '../domain/evaluation/context.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { type Json, jsonKey, show } from '../domain/json.ts';
import type { Db } from '../store/database.ts';
import { readSeenContexts } from '../store/seen-contexts.ts';
import { type FilterExpression, parseFilterExpression, textOf } from './filter-expression.ts';

/** An attribute that contexts have. */
export interface AttributeName {
  /** A reference, such as `/address/city`. */
  readonly name: string;
  /** How many contexts have it. */
  readonly weight: number;
  /** Whether SDKs have kept values of it back. */
  readonly redacted: boolean;
}

/** A value that contexts have. */
export interface AttributeValue {
  readonly name: Scalar;
  readonly weight: number;
}

/** The attributes of the contexts of an environment, by kind; the most frequent ones first. @throws InvalidRequest */
export async function listAttributeNames(
  db: Db,
  environmentId: string,
  query: { readonly filter?: string; readonly limit: number },
): Promise<ReadonlyMap<string, readonly AttributeName[]>> {
  const isMeant = parseFilterExpression(query.filter, { kind: ['equals'], name: ['startsWith'] });
  const names = new Counts<{ readonly name: string; redacted: boolean }>();
  for await (const { single, redacted } of readSingles(db, environmentId)) {
    const add = (name: string, isRedacted: boolean) => {
      if (!matches(isMeant, single.kind, name.slice(1), name)) return;
      const entry = names.add(single.kind, name, { name, redacted: isRedacted });
      entry.redacted ||= isRedacted;
    };
    for (const path of ['/key', ...leaves(single.attributes)]) add(path, false);
    for (const path of redacted) add(path, true);
  }
  return names.byKind(query.limit);
}

/** The values of an attribute in the contexts of an environment, by kind; the most frequent ones first. @throws InvalidRequest */
export async function listAttributeValues(
  db: Db,
  environmentId: string,
  name: string,
  query: { readonly filter?: string; readonly limit: number },
): Promise<ReadonlyMap<string, readonly AttributeValue[]>> {
  const isMeant = parseFilterExpression(query.filter, { kind: ['equals'], value: ['startsWith'] });
  const path = parseReference(name);
  if (!path) throw new InvalidRequest(`attributeName: expected an attribute, such as /address/city, got ${show(name)}`);
  const values = new Counts<{ readonly name: Scalar }>();
  for await (const { single } of readSingles(db, environmentId)) {
    for (const value of scalars(findAttribute(single, path))) {
      if (matches(isMeant, single.kind, String(value))) values.add(single.kind, jsonKey(value), { name: value });
    }
  }
  return values.byKind(query.limit);
}

/** How often things occur in the contexts of each kind. */
class Counts<T extends object> {
  readonly #kinds = new Map<string, Map<string, { readonly thing: T; weight: number }>>();

  /** Counts a thing. @returns the one that was counted first under the same id */
  add(kind: string, id: string, thing: T): T {
    const counts = this.#kinds.get(kind) ?? new Map<string, { readonly thing: T; weight: number }>();
    const entry = counts.get(id) ?? { thing, weight: 0 };
    entry.weight++;
    this.#kinds.set(kind, counts.set(id, entry));
    return entry.thing;
  }

  byKind(limit: number): ReadonlyMap<string, readonly (T & { readonly weight: number })[]> {
    const kinds = [...this.#kinds].toSorted(([left], [right]) => (left < right ? -1 : 1));
    return new Map(
      kinds.map(([kind, counts]) => [
        kind,
        [...counts]
          .toSorted(([left, { weight: more }], [right, { weight: less }]) => less - more || (left < right ? -1 : 1))
          .slice(0, limit)
          .map(([, { thing, weight }]) => ({ ...thing, weight })),
      ]),
    );
  }
}

async function* readSingles(
  db: Db,
  environmentId: string,
): AsyncGenerator<{ readonly single: SingleContext; readonly redacted: readonly string[] }> {
  for await (const seen of readSeenContexts(db, { environmentId, scope: 'context', sign: -1 })) {
    const document = JSON.parse(seen.document) as {
      readonly _meta?: { readonly redactedAttributes: readonly string[] };
    };
    const [single] = parseContext(document).values();
    const { _meta } = document;
    if (single) yield { single, redacted: (_meta?.redactedAttributes ?? []).map(toPath) };
  }
}

function matches(isMeant: FilterExpression, kind: string, ...texts: readonly string[]): boolean {
  return isMeant((term) =>
    term.field === 'kind' ? kind === textOf(term) : texts.some((text) => text.startsWith(textOf(term))),
  );
}

/** References to everything in an object that has no members of its own. */
function leaves(members: Readonly<Record<string, Json>>, at = ''): readonly string[] {
  return Object.entries(members).flatMap(([name, value]) => {
    const path = `${at}/${escapePart(name)}`;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? leaves(value as Readonly<Record<string, Json>>, path) : [path];
  });
}

function toPath(reference: string): string {
  return reference.startsWith('/') ? reference : `/${escapePart(reference)}`;
}

function escapePart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

type Scalar = string | number | boolean;

/** The texts, numbers and booleans of a value: of a list, those in it. */
function scalars(value: Json | undefined): readonly Scalar[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean');
}
