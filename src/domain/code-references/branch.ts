import { Conflict, InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { requireKey } from '../naming.ts';
import { optionalText, requiredName, requiredTime } from './texts.ts';

/** Most files and hunks of one branch. */
const MAX_FILES = 10_000;
const MAX_HUNKS = 25_000;

/** A few lines of a file that speak of a flag. */
export interface Hunk {
  readonly startingLineNumber: number;
  readonly lines?: string | undefined;
  readonly projKey?: string | undefined;
  readonly flagKey?: string | undefined;
  /** Other names that the code has for the flag. */
  readonly aliases?: readonly string[] | undefined;
}

/** A file that speaks of flags. */
export interface Reference {
  readonly path: string;
  /** The programming language. */
  readonly hint?: string | undefined;
  readonly hunks: readonly Hunk[];
}

/** A branch as it was when it was last scanned. */
export interface Branch {
  readonly name: string;
  /** The revision that was scanned. */
  readonly head: string;
  /** Rises with every scan, so that a late one does not replace a newer one. */
  readonly updateSequenceId?: number | undefined;
  /** Unix milliseconds: when it was scanned, and when the revision was made. */
  readonly syncTime: number;
  readonly commitTime?: number | undefined;
}

/** A branch with all that was found on it. */
export interface ScannedBranch {
  readonly branch: Branch;
  readonly references: readonly Reference[];
}

/** How often a branch speaks of a flag. */
export interface ReferenceCount {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly hunkCount: number;
  readonly fileCount: number;
}

/** Reads a scanned branch whose name is known from the path. @throws InvalidRequest naming the bad field */
export function readBranch(body: unknown, name: string): ScannedBranch {
  const fields = new Fields(body, '');
  if (requiredName(fields, 'name') !== name) fields.fail('name', `${JSON.stringify(name)}, as in the path`);
  return {
    branch: {
      name,
      head: requiredName(fields, 'head'),
      updateSequenceId: fields.optional('updateSequenceId', fields.integer),
      syncTime: requiredTime(fields, 'syncTime'),
      commitTime: fields.has('commitTime') ? requiredTime(fields, 'commitTime') : undefined,
    },
    references: readReferences(fields),
  };
}

function readReferences(fields: Fields): readonly Reference[] {
  const files = fields.optional('references', fields.objects) ?? [];
  if (files.length > MAX_FILES) {
    throw new InvalidRequest(`references: expected at most ${MAX_FILES} files, got ${files.length}`);
  }
  const references = files.map(readReference);
  const hunkCount = countHunks(references);
  if (hunkCount > MAX_HUNKS) {
    throw new InvalidRequest(`references: expected at most ${MAX_HUNKS} hunks, got ${hunkCount}`);
  }
  return references;
}

function readReference(fields: Fields): Reference {
  return {
    path: fields.string('path') || fields.fail('path', 'the path of a file'),
    hint: optionalText(fields, 'hint'),
    hunks: (fields.optional('hunks', fields.objects) ?? []).map(readHunk),
  };
}

function readHunk(fields: Fields): Hunk {
  const line = fields.integer('startingLineNumber');
  const key = (name: string) => {
    const text = optionalText(fields, name);
    return text && requireKey(fields.path(name), text);
  };
  return {
    startingLineNumber: line >= 0 ? line : fields.fail('startingLineNumber', 'the number of a line'),
    lines: optionalText(fields, 'lines'),
    projKey: key('projKey'),
    flagKey: key('flagKey'),
    aliases: fields.optional('aliases', fields.strings),
  };
}

/**
 * A scan that says which one it is replaces only earlier ones; one that does not replaces all.
 * @throws Conflict
 */
export function requireNewer(before: Branch | undefined, after: Branch): void {
  const [last, next] = [before?.updateSequenceId, after.updateSequenceId];
  if (last === undefined || next === undefined || next > last) return;
  throw new Conflict(`updateSequenceId: expected more than ${last}, the one that is stored, got ${next}`);
}

/** The references whose hunks fit; files without any are left out. */
export function keepHunks(references: readonly Reference[], fits: (hunk: Hunk) => boolean): readonly Reference[] {
  return references
    .map((reference) => ({ ...reference, hunks: reference.hunks.filter(fits) }))
    .filter(({ hunks }) => hunks.length > 0);
}

export function countHunks(references: readonly Reference[]): number {
  return references.reduce((sum, { hunks }) => sum + hunks.length, 0);
}

/** How often references speak of each flag; hunks that name no flag do not count. */
export function countReferences(references: readonly Reference[]): readonly ReferenceCount[] {
  const mentions = references.flatMap(({ path, hunks }) => hunks.map((hunk) => ({ path, ...hunk })));
  const byFlag = Map.groupBy(mentions, ({ projKey = '', flagKey = '' }) => `${projKey} ${flagKey}`);
  return [...byFlag.values()].flatMap((group) => {
    const { projKey, flagKey } = group[0] ?? {};
    if (projKey === undefined || flagKey === undefined) return [];
    const fileCount = new Set(group.map(({ path }) => path)).size;
    return [{ projectKey: projKey, flagKey, hunkCount: group.length, fileCount }];
  });
}
