import type { Viewer } from '../domain/evaluation/client-flag.ts';
import type { LatencyCounts } from '../domain/receipts.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';

/** Streams of SDKs that are alike and have been sent the same. */
export interface ConnectedSdks {
  readonly environmentId: string;
  readonly kind: Viewer;
  /** Empty when the SDK does not say. */
  readonly sdkName: string;
  readonly sdkVersion: string;
  readonly applicationId: string;
  readonly applicationVersion: string;
  /** What they have been sent; 0 for nothing yet. */
  readonly payloadVersion: number;
  readonly streams: number;
  /** Instances of SDKs that these streams belong to. */
  readonly instances: number;
  /** Since when the slowest of them lacks a change, Unix milliseconds; undefined when none does. */
  readonly behindSince: number | undefined;
}

/** How long a change took to get to the streams of a process. */
export interface ChangeReceipt {
  readonly environmentId: string;
  readonly payloadVersion: number;
  /** When the process heard of it, Unix milliseconds. */
  readonly heardAt: number;
  readonly counts: LatencyCounts;
}

/** Deletes what a process has told of its streams, and what any has told before a time. */
export async function deleteConnectedSdks(
  tx: Tx,
  { processId, reportedBefore }: { processId: string; reportedBefore: number },
): Promise<void> {
  await tx
    .deleteFrom('connected_sdks')
    .where(({ or, eb }) => or([eb('process_id', '=', processId), eb('reported_at', '<', reportedBefore)]))
    .execute();
}

/** What a process tells of its streams at a time. */
interface ConnectedReport {
  readonly processId: string;
  /** Unix milliseconds. */
  readonly reportedAt: number;
  readonly connected: readonly ConnectedSdks[];
}

export async function insertConnectedSdks(tx: Tx, report: ConnectedReport): Promise<void> {
  const rows = report.connected.map((group) => ({
    process_id: report.processId,
    environment_id: group.environmentId,
    kind: group.kind,
    sdk_name: group.sdkName,
    sdk_version: group.sdkVersion,
    application_id: group.applicationId,
    application_version: group.applicationVersion,
    payload_version: group.payloadVersion,
    streams: group.streams,
    instances: group.instances,
    behind_since: group.behindSince ?? null,
    reported_at: report.reportedAt,
  }));
  for (const chunk of chunks(rows)) await tx.insertInto('connected_sdks').values(chunk).execute();
}

/** The streams of an environment in all processes that have told of theirs since a time. */
export async function listConnectedSdks(
  db: Db,
  environmentId: string,
  since: number,
): Promise<readonly (ConnectedSdks & { readonly reportedAt: number })[]> {
  const groups = ['kind', 'sdk_name', 'sdk_version', 'application_id', 'application_version'] as const;
  const rows = await db
    .selectFrom('connected_sdks')
    .select([...groups, 'payload_version'])
    .select(({ fn }) => [
      fn.sum('streams').as('streams'),
      fn.sum('instances').as('instances'),
      fn.min('behind_since').as('behind_since'),
      fn.max('reported_at').as('reported_at'),
    ])
    .where('environment_id', '=', environmentId)
    .where('reported_at', '>=', since)
    .groupBy([...groups, 'payload_version'])
    .execute();
  return rows.map((row) => ({
    environmentId,
    kind: row.kind,
    sdkName: row.sdk_name,
    sdkVersion: row.sdk_version,
    applicationId: row.application_id,
    applicationVersion: row.application_version,
    payloadVersion: row.payload_version,
    streams: Number(row.streams),
    instances: Number(row.instances),
    behindSince: row.behind_since ?? undefined,
    reportedAt: row.reported_at,
  }));
}

/** Saves the figures of changes that a process has, in place of its earlier ones. */
export async function saveChangeReceipts(tx: Tx, processId: string, changes: readonly ChangeReceipt[]): Promise<void> {
  const rows = changes.map(({ environmentId, payloadVersion, heardAt, counts }) => ({
    process_id: processId,
    environment_id: environmentId,
    payload_version: payloadVersion,
    heard_at: heardAt,
    counts: JSON.stringify(counts),
  }));
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('change_receipts')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['environment_id', 'payload_version', 'process_id'])
          .doUpdateSet((set) => ({ counts: set.ref('excluded.counts') })),
      )
      .execute();
  }
}

/** The figures of the changes of an environment after a payload version, of each process; the newest change first. */
export async function listChangeReceipts(
  db: Db,
  environmentId: string,
  after: number,
): Promise<readonly ChangeReceipt[]> {
  const rows = await db
    .selectFrom('change_receipts')
    .select(['payload_version', 'heard_at', 'counts'])
    .where('environment_id', '=', environmentId)
    .where('payload_version', '>', after)
    .orderBy('payload_version', 'desc')
    .execute();
  return rows.map(({ payload_version, heard_at, counts }) => {
    return { environmentId, payloadVersion: payload_version, heardAt: heard_at, counts: JSON.parse(counts) };
  });
}

/** Deletes the figures of the changes of an environment up to a payload version. */
export async function deleteChangeReceiptsUpTo(tx: Tx, environmentId: string, payloadVersion: number): Promise<void> {
  await tx
    .deleteFrom('change_receipts')
    .where('environment_id', '=', environmentId)
    .where('payload_version', '<=', payloadVersion)
    .execute();
}
