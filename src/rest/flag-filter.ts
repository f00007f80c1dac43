import type { Environment } from '../domain/environment.ts';
import { InvalidRequest } from '../domain/errors.ts';
import type { FlagStatusName } from '../domain/flag/status.ts';
import { Fields } from '../domain/fields.ts';
import { show } from '../domain/json.ts';
import type { Availability, FlagFilter, FlagState } from '../store/flag-conditions.ts';
import { parseFilter } from './filter.ts';

const FIELDS = [
  'applicationEvaluated',
  'archived',
  'codeReferences.max',
  'codeReferences.min',
  'contextKindTargeted',
  'contextKindsEvaluated',
  'creationDate',
  'evaluated',
  'filterEnv',
  'followerId',
  'guardedRollout',
  'hasExperiment',
  'maintainerId',
  'maintainerTeamKey',
  'purpose',
  'query',
  'releasePipeline',
  'sdkAvailability',
  'segmentTargeted',
  'state',
  'status',
  'tags',
  'targeting',
  'type',
] as const;

type Field = (typeof FIELDS)[number];
type Given = Readonly<Partial<Record<Field, string>>>;

const STATES: readonly FlagState[] = ['live', 'deprecated', 'archived'];
const STATUSES: readonly FlagStatusName[] = ['new', 'active', 'inactive', 'launched'];
const AVAILABILITIES: readonly Availability[] = ['client', 'mobile', 'anyClient', 'server'];
const GUARDED_ROLLOUTS = ['any', 'monitoring', 'regressed', 'rolledBack', 'completed', 'archived'] as const;

/** How far back evaluations of context kinds count. */
export const EVALUATED_KINDS_MS = 30 * 24 * 60 * 60 * 1000;

/** Each word of a list is a condition of its own, and planning a query with very many takes a database minutes. */
const MAX_WORDS = 20;

/** The parameters of the flag list that choose flags. */
export interface FlagFilterQuery {
  readonly filter?: string | undefined;
  readonly tag?: string | undefined;
  readonly query?: string | undefined;
  readonly archived?: boolean | undefined;
}

/** What a list of flags is cut down to. */
export interface ParsedFlagFilter {
  readonly filter: FlagFilter;
  /** Asked of the flags themselves, in `environment`. */
  readonly status: FlagStatusName | undefined;
  /** The environment that `filterEnv` names. */
  readonly environment: Environment | undefined;
}

/**
 * Reads what flags to list (docs/wire/flags.md, "Filters"): `filter`, and the older parameters `tag`, `query` and
 * `archived`, all joined by and.
 * @param now Unix milliseconds
 * @throws InvalidRequest naming the field, its value and what was expected
 */
export function parseFlagFilter(
  query: FlagFilterQuery,
  environments: readonly Environment[],
  now: number,
): ParsedFlagFilter {
  const given: Given = parseFilter(query.filter, FIELDS);
  const environment = readEnvironment(given, environments);
  const created = readDates(given, 'creationDate', ['before', 'after']);
  const evaluatedKinds = readList(given, 'contextKindsEvaluated');
  const tags = [...(readList(given, 'tags') ?? []), ...(splitWords('tag', query.tag) ?? [])];
  return {
    status: readChoice(given, 'status', STATUSES),
    environment,
    filter: {
      states: readStates(given, query.archived),
      queries: [given.query, query.query].flatMap((text) => text?.toLowerCase() || []),
      tags,
      isTemporary: readTemporary(given),
      maintainerId: given.maintainerId,
      maintainerTeamKey: given.maintainerTeamKey,
      createdBefore: created['before'],
      createdAfter: created['after'],
      availability: readChoice(given, 'sdkAvailability', AVAILABILITIES),
      ...readPurpose(given),
      releasePipelineKey: given.releasePipeline,
      guardedRollout: readChoice(given, 'guardedRollout', GUARDED_ROLLOUTS),
      environmentId: environment?.id,
      evaluatedSince: readDates(given, 'evaluated', ['after'])['after'],
      evaluatedKinds: evaluatedKinds && { kinds: evaluatedKinds, since: now - EVALUATED_KINDS_MS },
      evaluatedByApplication: given.applicationEvaluated,
      isOn: readTargeting(given),
      segmentKey: given.segmentTargeted,
      contextKind: given.contextKindTargeted,
      followerId: given.followerId,
      minCodeReferences: readCount(given, 'codeReferences.min'),
      maxCodeReferences: readCount(given, 'codeReferences.max'),
      ...asksForNothingThereIs(given),
    },
  };
}

/** Experiments are not kept here, so no flag has any: what asks for one finds nothing, what asks for none finds all. */
function asksForNothingThereIs(given: Given): Pick<FlagFilter, 'isImpossible'> {
  return readBoolean(given, 'hasExperiment') === true ? { isImpossible: true } : {};
}

function fail(field: Field, given: Given, expected: string): never {
  throw new InvalidRequest(`filter: ${field}: expected ${expected}, got ${show(given[field])}`);
}

/** Filters that are about one environment need it named; others may do with all of them. */
function readEnvironment(given: Given, environments: readonly Environment[]): Environment | undefined {
  const key = given.filterEnv;
  for (const field of ['evaluated', 'status', 'targeting'] as const) {
    if (given[field] !== undefined && key === undefined) {
      throw new InvalidRequest(
        `filter: filterEnv: expected the key of the environment that ${field} is about, got nothing`,
      );
    }
  }
  const environment = environments.find((candidate) => candidate.key === key);
  if (key === undefined || environment) return environment;
  return fail('filterEnv', given, `the key of an environment, one of ${environments.map((one) => one.key).join(', ')}`);
}

function readStates(given: Given, isArchivedWanted: boolean | undefined): readonly FlagState[] {
  const state = readChoice(given, 'state', STATES);
  const isArchived = readBoolean(given, 'archived');
  const asked = [isArchived, isArchivedWanted].filter((one) => one !== undefined);
  if (state === undefined && asked.length === 0) return ['live', 'deprecated'];
  return STATES.filter(
    (candidate) =>
      (state === undefined || candidate === state) && asked.every((one) => one === (candidate === 'archived')),
  );
}

function readTemporary(given: Given): boolean | undefined {
  const type = readChoice(given, 'type', ['temporary', 'permanent']);
  return type === undefined ? undefined : type === 'temporary';
}

function readTargeting(given: Given): boolean | undefined {
  const state = readChoice(given, 'targeting', ['on', 'off']);
  return state === undefined ? undefined : state === 'on';
}

/** The purposes that flags have, by the word that asks for them. No flag is a holdout. */
const PURPOSES: Readonly<Record<string, readonly ('migration' | 'none')[]>> = {
  migration: ['migration'],
  holdout: [],
  all: ['migration', 'none'],
};

const UNWANTED = /^!\((.*)\)$/;

/** Purposes wanted and, in `!(…)`, unwanted, such as `all+!(holdout)`; all are wanted where none is named. */
function readPurpose(given: Given): Pick<FlagFilter, 'isMigration' | 'isImpossible'> {
  const words = readList(given, 'purpose');
  if (!words) return {};
  const wanted = words.filter((word) => !UNWANTED.test(word));
  const unwanted = words.flatMap((word) => UNWANTED.exec(word)?.[1] ?? []);
  if (![...wanted, ...unwanted].every((name) => Object.hasOwn(PURPOSES, name))) {
    fail('purpose', given, 'migration, holdout or all, with !(…) for not');
  }
  const purposesOf = (names: readonly string[]) => names.flatMap((name) => PURPOSES[name] ?? []);
  const taken = purposesOf(unwanted);
  const purposes = purposesOf(wanted.length > 0 ? wanted : ['all']).filter((purpose) => !taken.includes(purpose));
  if (purposes.length === 0) return { isImpossible: true };
  if (purposes.includes('none')) return purposes.includes('migration') ? {} : { isMigration: false };
  return { isMigration: true };
}

function readChoice<Choice extends string>(given: Given, field: Field, choices: readonly Choice[]): Choice | undefined {
  const value = given[field];
  if (value === undefined) return undefined;
  return choices.find((choice) => choice === value) ?? fail(field, given, `one of ${choices.join(', ')}`);
}

function readBoolean(given: Given, field: Field): boolean | undefined {
  const value = readChoice(given, field, ['true', 'false', '1', '0']);
  return value === undefined ? undefined : value === 'true' || value === '1';
}

function readCount(given: Given, field: Field): number | undefined {
  const value = given[field];
  if (value === undefined) return undefined;
  return /^\d{1,9}$/.test(value) ? Number(value) : fail(field, given, 'a whole number of at least 0');
}

/** A list joined by `+`; see `splitWords`. */
function readList(given: Given, field: Field): readonly string[] | undefined {
  const words = splitWords(`filter: ${field}`, given[field]);
  return words?.length === 0 ? fail(field, given, 'words joined by +') : words;
}

/** The different words of a list joined by `+`, which arrives as a space when it was not encoded. */
function splitWords(name: string, text: string | undefined): readonly string[] | undefined {
  const words = text?.split(/[+ ]+/).filter((word) => word !== '');
  if (words && words.length > MAX_WORDS) {
    throw new InvalidRequest(`${name}: expected at most ${MAX_WORDS} words joined by +, got ${words.length}`);
  }
  return words && [...new Set(words)];
}

/** An object of dates in Unix milliseconds, some of `names` and no others. */
function readDates(given: Given, field: Field, names: readonly string[]): Readonly<Record<string, number>> {
  const text = given[field];
  if (text === undefined) return {};
  const example = `an object such as {"${names[0]}":1690527600000}`;
  const fields = parseObject(field, text) ?? fail(field, given, example);
  const entries = fields.entries();
  if (entries.length === 0 || entries.some(([name]) => !names.includes(name))) fail(field, given, example);
  return Object.fromEntries(entries.map(([name]) => [name, fields.integer(name)]));
}

function parseObject(field: Field, text: string): Fields | undefined {
  try {
    return new Fields(JSON.parse(text), `filter: ${field}.`);
  } catch {
    return undefined;
  }
}
