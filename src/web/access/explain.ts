import type { Statement } from '../../domain/access/policy.ts';
import { matchesGlob, type PartPattern, parsePattern } from '../../domain/access/resource.ts';
import { kindOf, RESOURCE_KINDS } from './catalogue.ts';
import type { ResourceKind } from './resource-kind.ts';

/** A statement of a policy in plain words. */
export interface Explanation {
  readonly effect: Statement['effect'];
  /** One sentence for each kind of thing. */
  readonly sentences: readonly string[];
  /** What can hardly be meant: names that nothing has. */
  readonly doubts: readonly string[];
}

/** What a policy grants and denies, statement by statement; what one denies is named where another allows it. */
export function explainPolicy(policy: readonly Statement[]): readonly Explanation[] {
  const denials = policy.filter(({ effect }) => effect === 'deny');
  return policy.map((statement) => ({
    effect: statement.effect,
    sentences: explain(statement, denials),
    doubts: doubtsOf(statement),
  }));
}

function explain(statement: Statement, denials: readonly Statement[]): readonly string[] {
  const may = statement.effect === 'allow' ? 'May' : 'May never';
  if (statement.notResources) {
    return [
      `${may} ${deeds(statement, undefined)}: everything but ${listWords(statement.notResources.map((one) => thingWords(one)))}`,
    ];
  }
  const groups = Map.groupBy(statement.resources ?? [], typesOf);
  return [...groups].map(([types, resources]) => {
    const kind = kindOf(types);
    const things = listWords(resources.map((one) => thingWords(one)));
    const but = statement.effect === 'allow' ? exceptions(statement, types, denials) : [];
    const except = but.length === 0 ? '' : `, except ${listWords(but)}`;
    return `${may} ${deeds(statement, kind)}: ${things}${except}`;
  });
}

/** What statements deny of what another one allows, where they deny all of its actions. */
function exceptions({ actions = [], resources = [] }: Statement, types: string, denials: readonly Statement[]) {
  const isWhole = (denial: Statement) =>
    actions.length > 0 && actions.every((action) => denial.actions?.some((one) => matchesGlob(one, action)));
  const denied = denials.filter(isWhole).flatMap((denial) => denial.resources ?? []);
  const projects = resources.map(projectOf);
  return denied
    .filter((one) => typesOf(one) === types)
    .map((one) => thingWords(one, { isAmong: true, isProjectKnown: projects.includes(projectOf(one)) }));
}

const projectOf = (specifier: string) => specifier.split(':')[0] ?? '';

/** What is done, such as `turn flags on and off or delete flags`. */
function deeds({ actions, notActions }: Statement, kind: ResourceKind | undefined): string {
  if (actions) return actions.includes('*') ? 'do everything with' : orWords(actions.map((one) => deed(one, kind)));
  return `do everything but ${orWords((notActions ?? []).map((one) => deed(one, kind)))} with`;
}

function deed(action: string, kind: ResourceKind | undefined): string {
  const owners = kind ? [kind] : RESOURCE_KINDS.filter(({ actions }) => Object.hasOwn(actions, action));
  const [owner] = owners;
  return owners.length === 1 && owner ? (owner.actions[action]?.replace('{}', owner.noun) ?? action) : action;
}

/** The types of the parts of a specifier, such as `proj:env:flag`; it itself for `*` and `acct`. */
function typesOf(specifier: string): string {
  return (
    parsePattern(fillIn(specifier))
      ?.map(({ type }) => type)
      .join(':') ?? specifier
  );
}

interface ThingContext {
  /** Whether it is one of those that have been spoken of. */
  readonly isAmong: boolean;
  readonly isProjectKnown: boolean;
}

/** What a specifier stands for, such as `all flags in every environment of the project default`. */
export function thingWords(specifier: string, context?: ThingContext): string {
  if (specifier === '*') return 'everything';
  if (specifier === 'acct') return 'the account';
  const parts = parsePattern(fillIn(specifier));
  const [last, ...around] = parts?.toReversed() ?? [];
  if (!parts || !last) return specifier;
  const noun = kindOf(parts.map(({ type }) => type).join(':'))?.noun ?? last.type;
  const isEvery = last.name === '*' && last.tags.length === 0 && last.critical === undefined;
  const thing = context?.isAmong && isEvery && around.length > 0 ? 'those' : partWords(last, noun, 'all');
  const places = context?.isProjectKnown && around.length > 1 ? around.slice(0, -1) : around;
  return [
    thing,
    ...places.map((part, index) => `${index === 0 && part.type !== 'member' ? 'in' : 'of'} ${placeWords(part)}`),
  ].join(' ');
}

const PLACE_NOUNS: Readonly<Record<string, string>> = { env: 'environments', proj: 'projects', member: 'members' };

function placeWords(part: PartPattern): string {
  return partWords(part, PLACE_NOUNS[part.type] ?? part.type, 'every');
}

/** One part of a specifier: all of them, one of them, those named or tagged in some way. */
function partWords({ name, tags, critical }: PartPattern, noun: string, all: 'all' | 'every'): string {
  const one = noun.replace(/ies\b/, 'y').replace(/s\b/, '');
  const isMany = name === '*' ? all === 'all' : name.includes('*');
  const adjective = critical === true ? 'critical ' : '';
  const suffix = [
    critical === false && `that ${isMany ? 'are' : 'is'} not critical`,
    tags.length > 0 && `tagged ${tags.join(' and ')}`,
  ].filter(Boolean);
  return [subject(name, { noun, one, adjective, all }), ...suffix].join(' ');
}

function subject(
  name: string,
  { noun, one, adjective, all }: { noun: string; one: string; adjective: string; all: 'all' | 'every' },
): string {
  const attribute = /^\{(.+)\}$/.exec(name)?.[1];
  if (attribute !== undefined) return `the ${adjective}${noun} of the role attribute ${attribute}`;
  if (name === '*') return all === 'all' ? `all ${adjective}${noun}` : `every ${adjective}${one}`;
  return name.includes('*') ? `${adjective}${noun} with keys like ${name}` : `the ${adjective}${one} ${name}`;
}

/** Role attributes as names that can be read; `partWords` knows them by their braces. */
function fillIn(specifier: string): string {
  return specifier.replaceAll(/\$\{roleAttribute\/([^}]+)\}/g, '{$1}');
}

function doubtsOf({ resources, actions, notActions }: Statement): readonly string[] {
  const kinds = (resources ?? ['*']).map(typesOf);
  const meant = kinds.includes('*') || !resources ? RESOURCE_KINDS : kinds.flatMap((types) => kindOf(types) ?? []);
  const unknown = kinds.filter((types) => types !== '*' && !kindOf(types));
  const known = meant.flatMap((kind) => Object.keys(kind.actions));
  const idle = [...(actions ?? []), ...(notActions ?? [])].filter(
    (action) => !known.some((one) => matchesGlob(action, one) || (action === 'toggleFlag' && one === 'updateOn')),
  );
  return [
    ...unknown.map((types) => `Nothing here is called ${types}`),
    ...(idle.length === 0 || meant.length === 0 ? [] : [`Nothing that is meant knows the action ${listWords(idle)}`]),
  ];
}

const listWords = (words: readonly string[]) => joined(words, 'and');
const orWords = (words: readonly string[]) => joined(words, 'or');

function joined(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}
