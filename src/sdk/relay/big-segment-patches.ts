import { createHash } from 'node:crypto';
import type { Db } from '../../store/database.ts';
import { type BigSegmentRevision, listBigSegmentRevisions } from '../../store/big-segment-revisions.ts';

/** A step of the keys of a big segment, as Relay Proxies apply it to their stores (docs/wire/relay-proxy.md). */
export interface BigSegmentPatch {
  readonly environmentId: string;
  /** `<key>.g<generation>`. */
  readonly segmentId: string;
  readonly version: string;
  /** The version that a store must have for the patch to fit; empty at the very beginning. */
  readonly previousVersion: string;
  /** Keys as standard base64 of their SHA-256. */
  readonly changes: BigSegmentRevision['changes'];
}

/** The version of a store that has been brought to a revision; none at revision 0. */
export const versionAt = (revision: number) => (revision === 0 ? '' : `r${revision}`);

/**
 * The next patches for a store, oldest first; none when it has caught up.
 * @param version what the store has; the chain of versions goes on from it, and begins anew when it is not of ours
 */
export async function nextPatches(db: Db, environmentId: string, version: string): Promise<readonly BigSegmentPatch[]> {
  const revisions = await listBigSegmentRevisions(db, environmentId, revisionOf(version));
  const versions = [version, ...revisions.map(({ revision }) => versionAt(revision))];
  return revisions.map(({ revision, segmentKey, generation, changes }, index) => ({
    environmentId,
    segmentId: `${segmentKey}.g${generation}`,
    version: versionAt(revision),
    previousVersion: versions[index] ?? '',
    changes: { included: hashed(changes.included), excluded: hashed(changes.excluded) },
  }));
}

const revisionOf = (version: string) => Number(/^r(\d{1,15})$/.exec(version)?.[1] ?? 0);

type Keys = BigSegmentRevision['changes']['included'];
const hashed = ({ add, remove }: Keys): Keys => ({ add: add.map(hashKey), remove: remove.map(hashKey) });
const hashKey = (key: string) => createHash('sha256').update(key).digest('base64');
