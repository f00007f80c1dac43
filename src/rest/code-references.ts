import type { Caller } from '../domain/access/actor.ts';
import { keepHunks, type Reference } from '../domain/code-references/branch.ts';
import { findReferences, type StoredBranch } from '../store/code-branches.ts';
import type { Db } from '../store/database.ts';
import { projectVisibility } from './project-visibility.ts';

/** Which references to show; what is absent does not matter. */
export interface ReferenceQuery {
  readonly projKey?: string | undefined;
  readonly flagKey?: string | undefined;
}

/** What was found on branches, by their ids: what is asked for, of projects that the caller may know of. */
export async function loadReferences(
  db: Db,
  caller: Caller,
  branches: readonly StoredBranch[],
  wanted: ReferenceQuery,
): Promise<ReadonlyMap<string, readonly Reference[]>> {
  const isVisible = await projectVisibility(db, caller);
  const found = await findReferences(
    db,
    branches.map(({ id }) => id),
  );
  const kept = [...found].map(
    ([id, references]) =>
      [
        id,
        keepHunks(
          references,
          ({ projKey, flagKey }) =>
            (projKey === undefined || isVisible(projKey)) &&
            (wanted.projKey === undefined || projKey === wanted.projKey) &&
            (wanted.flagKey === undefined || flagKey === wanted.flagKey),
        ),
      ] as const,
  );
  return new Map(kept);
}
