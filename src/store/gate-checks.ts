import type { GateCheck } from '../domain/release/gate-check.ts';
import { type Database, type Db, skipLocked, type Tx } from './database.ts';
import type { GateChecksTable } from './tables.ts';

/** The checks of a release, those of its rollouts included. */
export async function listGateChecks(db: Db, releaseId: string): Promise<readonly GateCheck[]> {
  const rows = await db
    .selectFrom('gate_checks')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('opened_at')
    .orderBy('step')
    .orderBy('position')
    .execute();
  return rows.map(toCheck);
}

/**
 * Stores checks that are not there yet; those of an earlier wait begin anew. Looks first: writing to those that are there
 * would wait for whoever is storing an answer just now.
 */
export async function openGateChecks(tx: Tx, checks: readonly GateCheck[]): Promise<void> {
  if (checks.length === 0) return;
  const ids = checks.map(({ id }) => id);
  const known = await tx.selectFrom('gate_checks').select(['id', 'opened_at']).where('id', 'in', ids).execute();
  const isOpen = ({ id, openedAt }: GateCheck) => known.some((row) => row.id === id && row.opened_at >= openedAt);
  for (const row of checks.filter((check) => !isOpen(check)).map(toRow)) {
    await tx
      .insertInto('gate_checks')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }
}

/**
 * Takes a check that is due and that no other process is asking, and puts off its next turn: whoever dies while asking
 * leaves it to others.
 * @param leaseMs how much longer than its time-out it is put off
 */
export async function claimDueGateCheck(
  database: Database,
  tx: Tx,
  { now, leaseMs }: { readonly now: number; readonly leaseMs: number },
): Promise<GateCheck | undefined> {
  const due = tx
    .selectFrom('gate_checks')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(1);
  const row = await skipLocked(database, due).executeTakeFirst();
  if (!row) return undefined;
  const dueAt = now + row.timeout_ms + leaseMs;
  await tx.updateTable('gate_checks').set({ due_at: dueAt }).where('id', '=', row.id).execute();
  return toCheck(row);
}

/** Stores what came of asking, unless the wait is over or another has begun. @returns whether it was stored */
export async function saveGateCheck(tx: Tx, check: GateCheck): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('gate_checks')
    .set(toRow(check))
    .where('id', '=', check.id)
    .where('opened_at', '=', check.openedAt)
    .executeTakeFirst();
  return Number(numUpdatedRows) > 0;
}

export async function deleteGateCheck(tx: Tx, { id, openedAt }: GateCheck): Promise<void> {
  await tx.deleteFrom('gate_checks').where('id', '=', id).where('opened_at', '=', openedAt).execute();
}

/** Forgets the gates of a rollout that nobody watches any more. */
export async function deleteGateChecksOf(tx: Tx, runId: string): Promise<void> {
  await tx.deleteFrom('gate_checks').where('run_id', '=', runId).execute();
}

function toRow(check: GateCheck): GateChecksTable {
  return {
    id: check.id,
    release_id: check.releaseId,
    run_id: check.runId ?? null,
    phase_id: check.phaseId,
    kind: check.kind,
    position: check.position,
    step: check.step,
    opened_at: check.openedAt,
    url: check.url,
    timeout_ms: check.timeoutMs,
    state: check.state,
    due_at: check.dueAt,
    asked: check.asked,
    last_status: check.lastStatus ?? null,
    last_error: check.lastError ?? null,
    answered_at: check.answeredAt ?? null,
  };
}

function toCheck(row: GateChecksTable): GateCheck {
  return {
    id: row.id,
    releaseId: row.release_id,
    runId: row.run_id ?? undefined,
    phaseId: row.phase_id,
    kind: row.kind,
    position: row.position,
    step: row.step,
    openedAt: row.opened_at,
    url: row.url,
    timeoutMs: row.timeout_ms,
    state: row.state,
    dueAt: row.due_at,
    asked: row.asked,
    lastStatus: row.last_status ?? undefined,
    lastError: row.last_error ?? undefined,
    answeredAt: row.answered_at ?? undefined,
  };
}
