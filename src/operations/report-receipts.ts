import { BELIEVED_MS, KEPT_CHANGES } from '../domain/receipts.ts';
import { findPayloadVersions } from '../store/deliveries.ts';
import {
  type ChangeReceipt,
  type ConnectedSdks,
  deleteChangeReceiptsUpTo,
  deleteConnectedSdks,
  insertConnectedSdks,
  saveChangeReceipts,
} from '../store/receipts.ts';
import type { Deps } from './write.ts';

/** What a process tells of its streams. */
export interface ReportReceipts {
  /** Made up anew at each start. */
  readonly processId: string;
  readonly connected: readonly ConnectedSdks[];
  /** Those whose figures have changed since the last report. */
  readonly changes: readonly ChangeReceipt[];
}

/**
 * Stores which SDKs are connected to a process, in place of its report before, and how long changes took. Reports of
 * processes that are gone, and figures of old changes, are deleted.
 */
export async function reportReceipts(deps: Deps, { processId, connected, changes }: ReportReceipts): Promise<void> {
  const now = deps.clock.now();
  const environmentIds = new Set([...connected, ...changes].map(({ environmentId }) => environmentId));
  await deps.database.transaction(async (tx) => {
    await deleteConnectedSdks(tx, { processId, reportedBefore: now - BELIEVED_MS });
    const versions = await findPayloadVersions(tx, [...environmentIds]);
    const exists = ({ environmentId }: { environmentId: string }) => versions.has(environmentId);
    await insertConnectedSdks(tx, { processId, reportedAt: now, connected: connected.filter(exists) });
    await saveChangeReceipts(tx, processId, changes.filter(exists));
    for (const environmentId of new Set(changes.filter(exists).map(({ environmentId }) => environmentId))) {
      await deleteChangeReceiptsUpTo(tx, environmentId, (versions.get(environmentId) ?? 0) - KEPT_CHANGES);
    }
  });
}
