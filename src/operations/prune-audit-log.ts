import { SYSTEM } from '../domain/access/actor.ts';
import { deleteChangesBefore } from '../store/changes.ts';
import { type Deps, type Write, write } from './write.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Entries that one transaction deletes, so that none is long. */
const MAX_AT_ONCE = 1_000;
/** How soon the next ones follow while there are more. */
const PAUSE_MS = 1_000;

/** Sets the alarm that keeps the audit log short, where entries are kept for a while only. */
export async function startPruning(deps: Deps): Promise<void> {
  if (deps.limits.auditLogDays === 0) return;
  await write(deps, SYSTEM, async (write) => ring(write, write.now));
}

/**
 * Deletes entries of the audit log that are older than they are to be kept: what the timer `prune-audit-log` does, once
 * a day, and sooner while there are many. Where entries are kept for ever the alarm ends.
 */
export async function pruneAuditLog(write: Write): Promise<void> {
  const { auditLogDays } = write.limits;
  if (auditLogDays === 0) return;
  const deleted = await deleteChangesBefore(write.tx, write.now - auditLogDays * DAY_MS, MAX_AT_ONCE);
  ring(write, write.now + (deleted === MAX_AT_ONCE ? PAUSE_MS : DAY_MS));
}

function ring(write: Write, dueAtMs: number): void {
  write.schedule({ kind: 'prune-audit-log', subject: '', dueAtMs });
}
