import { Type } from 'typebox';
import type { Application } from '../domain/application.ts';
import { ExpandQuery } from '../wire/rest/access.ts';
import { PageQuery } from '../wire/rest/common.ts';
import { parseSorts, type Sort } from './filter.ts';
import { booleanOf, type FilterFields, type Term, textOf, textsOf } from './filter-expression.ts';

/*
 * Filters and orders of applications and of their versions, which are alike (docs/wire/applications.md).
 */

const SORTS = ['creationDate', 'name'] as const;

/** The query of both lists. */
export const ApplicationListQuery = Type.Object({
  ...PageQuery.properties,
  ...ExpandQuery.properties,
  filter: Type.Optional(Type.String({ description: 'key equals x, name startsWith x, kind anyOf ["mobile"] …' })),
  sort: Type.Optional(
    Type.String({ description: 'creationDate, name; separated by commas, - before descending ones' }),
  ),
});

/** Filters that both lists know. */
export const COMMON_FILTERS: FilterFields = {
  key: ['equals', 'notEquals', 'anyOf'],
  name: ['equals', 'notEquals', 'anyOf', 'startsWith'],
  autoAdded: ['equals', 'notEquals'],
};

/** What filters look at; everything has been added by SDKs. */
interface Filterable {
  readonly key: string;
  readonly name: string;
  readonly kind?: string;
  readonly supported?: boolean;
}

/** Whether a term of a filter holds; letters of both cases are alike. */
export function isTrueOf(thing: Filterable, term: Term): boolean {
  const { field, operator } = term;
  const isWanted = operator !== 'notEquals';
  if (field === 'autoAdded') return booleanOf(term) === isWanted;
  if (field === 'supported') return (booleanOf(term) === thing.supported) === isWanted;
  const text = (field === 'key' ? thing.key : field === 'name' ? thing.name : (thing.kind ?? '')).toLowerCase();
  if (operator === 'anyOf') return textsOf(term).some((wanted) => wanted.toLowerCase() === text);
  const wanted = textOf(term).toLowerCase();
  return operator === 'startsWith' ? text.startsWith(wanted) : (text === wanted) === isWanted;
}

type Comparable = Pick<Application, 'key' | 'name' | 'createdAt'>;

/** The order that a query asks for; the oldest first when it does not say. @throws InvalidRequest */
export function parseOrder(sort: string | undefined): (left: Comparable, right: Comparable) => number {
  const asked: readonly Sort<(typeof SORTS)[number]>[] = parseSorts(sort, SORTS);
  const sorts = asked.length > 0 ? asked : [{ by: 'creationDate' as const, sign: 1 as const }];
  return (left, right) => {
    const differences = sorts.map(({ by, sign }) =>
      by === 'name' ? sign * left.name.localeCompare(right.name) : sign * (left.createdAt - right.createdAt),
    );
    return differences.find((difference) => difference !== 0) ?? left.key.localeCompare(right.key);
  };
}
