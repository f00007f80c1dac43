import type { Fields } from '../fields.ts';
import type { NewIds } from '../ids.ts';
import { jsonKey } from '../json.ts';
import { parseClause } from './clause.ts';
import type { Clause, Flag, Rule } from './flag.ts';
import { parseServe } from './serve.ts';

/** A rule as a client writes it: ids may be missing, wrong, or those of rules that are there. */
export interface GivenRule extends Omit<Rule, 'id' | 'clauses'> {
  readonly id: string | undefined;
  readonly clauses: readonly GivenClause[];
}

/** A rule of a flag or a segment. */
interface Identified {
  readonly id: string;
  readonly clauses: readonly Clause[];
}

/** The same as a client writes it. */
type Given<R extends Identified> = Omit<R, 'id' | 'clauses'> & {
  readonly id: string | undefined;
  readonly clauses: readonly GivenClause[];
};

export type GivenClause = Omit<Clause, 'id'> & { readonly id: string | undefined };

/**
 * Reads a rule: `clauses`, a serve, and optionally `description`, `trackEvents`, `ref`, `disabled` and `_id`s.
 * @returns a function that makes the rule for a flag
 * @throws InvalidRequest naming the field
 */
export function parseRule(fields: Fields): (flag: Flag) => GivenRule {
  const serve = parseServe(fields);
  const rest = {
    id: fields.optional('_id', fields.string),
    clauses: parseClauses(fields),
    description: fields.optional('description', fields.string) || undefined,
    ref: fields.optional('ref', fields.string) || undefined,
    trackEvents: fields.optional('trackEvents', fields.boolean) ?? false,
    isDisabled: fields.optional('disabled', fields.boolean) || undefined,
  };
  return (flag) => ({ ...rest, serve: serve(flag) });
}

/** Reads `clauses`. @throws InvalidRequest naming the field */
export function parseClauses(fields: Fields): readonly GivenClause[] {
  return fields.objects('clauses').map((clause) => ({
    id: clause.optional('_id', clause.string),
    ...parseClause(clause),
  }));
}

/**
 * Gives rules their ids. A rule that names an id of those that were there, or is equal to one of them apart from ids,
 * is that rule and keeps its id, and so do its clauses; everything else is new. Tools send whole lists without ids,
 * and an unchanged rule must stay the same (docs/wire/flags.md, "Rules").
 * @param keepsIds whether new rules and clauses have the ids that are given
 */
export function identifyRules<R extends Identified>(
  before: readonly R[],
  given: readonly Given<R>[],
  ids: Pick<NewIds, 'uuid'>,
  keepsIds = false,
): readonly R[] {
  const content = (rule: R | Given<R>) => contentOf({ ...rule, clauses: rule.clauses.map(contentOf) });
  const twins = pairUp(before, given, content);
  return given.map((rule, index) => {
    const twin = twins[index];
    const id = twin?.id ?? (keepsIds ? rule.id : undefined) ?? ids.uuid();
    return { ...rule, id, clauses: identifyClauses(twin?.clauses ?? [], rule.clauses, ids, keepsIds) } as unknown as R;
  });
}

/** Gives clauses their ids, by the same rule. */
export function identifyClauses(
  before: readonly Clause[],
  given: readonly GivenClause[],
  ids: Pick<NewIds, 'uuid'>,
  keepsIds = false,
): readonly Clause[] {
  const twins = pairUp(before, given, contentOf);
  return given.map((clause, index) => {
    return { ...clause, id: twins[index]?.id ?? (keepsIds ? clause.id : undefined) ?? ids.uuid() };
  });
}

/** For each given element the one of before that it is: by id first, then by content; nobody is two. */
function pairUp<Old extends { readonly id: string }, Given extends { readonly id: string | undefined }>(
  before: readonly Old[],
  given: readonly Given[],
  content: (element: Old | Given) => unknown,
): readonly (Old | undefined)[] {
  const unclaimed = new Map(before.map((old) => [old.id, old]));
  const claim = (old: Old | undefined) => {
    if (old) unclaimed.delete(old.id);
    return old;
  };
  const byId = given.map(({ id }) => (id === undefined ? undefined : claim(unclaimed.get(id))));
  const byContent = Map.groupBy(unclaimed.values(), (old) => jsonKey(content(old)));
  return given.map((element, index) => {
    if (byId[index] || byContent.size === 0) return byId[index];
    return claim(byContent.get(jsonKey(content(element)))?.shift());
  });
}

function contentOf<T extends { readonly id: string | undefined }>({ id: _id, ...content }: T): Omit<T, 'id'> {
  return content;
}
