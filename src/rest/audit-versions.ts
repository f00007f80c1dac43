import type { Flag } from '../domain/flag/flag.ts';
import type { StoredChange } from '../store/changes.ts';
import { getAccountId } from '../store/account.ts';
import type { Db } from '../store/database.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findProjectById } from '../store/projects.ts';
import type { AuditEntryRep } from '../wire/rest/audit-log.ts';
import { loadNeighbours } from './flag-views.ts';
import { toAuditEntryRep } from './representations/audit-entry.ts';
import { toFlagRep } from './representations/flag.ts';

/**
 * How to show the states of a change: flags as the API represents them, without summaries; all else as it is stored.
 * A flag that speaks of what is gone, or of a project that is, is shown as it is stored too.
 */
export async function versionMaker(db: Db, change: StoredChange): Promise<(state: unknown) => unknown> {
  const project = change.projectId === undefined ? undefined : await findProjectById(db, change.projectId);
  if (change.kind !== 'flag' || !project) return (state) => state;
  const environments = await listAllEnvironments(db, [project.id]);
  const flags = [change.before, change.after].filter((state) => state !== undefined) as Flag[];
  const neighbours = await loadNeighbours(db, project.id, flags);
  return (state) => {
    const view = { projectKey: project.key, environments, isSummary: false, expand: new Set<string>(), ...neighbours };
    const { environments: configs = {}, ...flag } = toFlagRep(state as Flag, view);
    const withoutSummaries = Object.entries(configs).map(([key, { _summary, ...config }]) => [key, config]);
    return { ...flag, environments: Object.fromEntries(withoutSummaries) };
  };
}

/** Makes what webhooks are sent of a change: the entry of the audit log with its states. */
export function auditPayload(db: Db): (change: StoredChange) => Promise<AuditEntryRep> {
  return async (change) => toAuditEntryRep(change, await getAccountId(db), await versionMaker(db, change));
}
