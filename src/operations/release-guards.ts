import { Conflict, InvalidRequest } from '../domain/errors.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { show } from '../domain/json.ts';
import { releaseState } from '../domain/release/release.ts';
import { stillNeedsSegment } from '../domain/release/needs-segment.ts';
import type { Db } from '../store/database.ts';
import { findFlagKeys } from '../store/flags.ts';
import { findLatestRelease, listActiveReleases } from '../store/releases.ts';
import { removedVariationIds } from './dependents.ts';

/** Checks that a flag keeps the variation that its active release rolls out. @throws InvalidRequest naming it */
export async function requireReleasedVariationKept(db: Db, before: Flag, after: Flag): Promise<void> {
  const removed = removedVariationIds(before, after);
  if (removed.size === 0) return;
  const release = await findLatestRelease(db, before.id);
  if (!release || releaseState(release) !== 'active' || !removed.has(release.variationId)) return;
  throw new InvalidRequest(
    `variations: expected to keep ${show(release.variationId)}, which the release through pipeline ${show(release.pipelineKey)} rolls out`,
  );
}

/** Checks that no active release has yet to reach a segment. @throws Conflict naming the flags */
export async function requireUnreleasedSegment(
  db: Db,
  projectId: string,
  segment: { readonly environmentId: string; readonly key: string },
): Promise<void> {
  const needing = (await listActiveReleases(db, projectId)).filter((release) => stillNeedsSegment(release, segment));
  if (needing.length === 0) return;
  const keys = await findFlagKeys(
    db,
    needing.map(({ flagId }) => flagId),
  );
  const flags = keys.slice(0, 5).map((key) => `'${key}'`);
  throw new Conflict(
    `Segment '${segment.key}' is an audience of the releases of ${flags.join(', ')}; complete or delete them first`,
  );
}
