import type { PartChange, PartName, PartValue } from '../domain/release/flag-parts.ts';
import type { Db, Tx } from './database.ts';

/** What a release has made of a part of its flag: as it was before the first change, and as it was left. */
export interface ReleaseChange extends PartChange {
  readonly releaseId: string;
  readonly environmentId: string;
}

/** Notes a change; of several of the same part, the first beginning and the last end are kept. */
export async function noteReleaseChange(tx: Tx, change: ReleaseChange): Promise<void> {
  const after = JSON.stringify(change.after);
  await tx
    .insertInto('release_changes')
    .values({
      release_id: change.releaseId,
      environment_id: change.environmentId,
      part: change.part,
      state_before: JSON.stringify(change.before),
      state_after: after,
    })
    .onConflict((conflict) =>
      conflict.columns(['release_id', 'environment_id', 'part']).doUpdateSet({ state_after: after }),
    )
    .execute();
}

/** Everything that a release has changed. */
export async function listReleaseChanges(db: Db, releaseId: string): Promise<readonly ReleaseChange[]> {
  const rows = await db
    .selectFrom('release_changes')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('environment_id')
    .orderBy('part')
    .execute();
  return rows.map((row) => ({
    releaseId: row.release_id,
    environmentId: row.environment_id,
    part: row.part as PartName,
    before: JSON.parse(row.state_before) as PartValue,
    after: JSON.parse(row.state_after) as PartValue,
  }));
}
