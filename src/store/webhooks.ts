import type { Delivery, Webhook } from '../domain/webhook/webhook.ts';
import { type Database, type Db, skipLocked, type Tx } from './database.ts';
import { resourceStore } from './resources.ts';
import type { WebhookDeliveriesTable } from './tables.ts';

/** The account's webhooks; their keys are their ids. */
export const webhooks = resourceStore<Webhook>('webhook', 'webhook');

export async function insertDelivery(tx: Tx, delivery: Delivery): Promise<void> {
  await tx.insertInto('webhook_deliveries').values(toRow(delivery)).execute();
}

/** The newest deliveries of a webhook first. */
export async function listDeliveries(db: Db, webhookId: string): Promise<readonly Delivery[]> {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toDelivery);
}

/**
 * Takes a delivery that is due and that no other process is trying, and puts off its next try until a time: whoever dies
 * while trying leaves it to others.
 */
export async function claimDueDelivery(
  database: Database,
  tx: Tx,
  { now, until }: { readonly now: number; readonly until: number },
): Promise<Delivery | undefined> {
  const due = tx
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(1);
  const row = await skipLocked(database, due).executeTakeFirst();
  if (!row) return undefined;
  await tx.updateTable('webhook_deliveries').set({ due_at: until }).where('id', '=', row.id).execute();
  return toDelivery(row);
}

/** Stores how a delivery went, and forgets the oldest of its webhook that are over. */
export async function saveDelivery(tx: Tx, delivery: Delivery, kept: number): Promise<void> {
  await tx.updateTable('webhook_deliveries').set(toRow(delivery)).where('id', '=', delivery.id).execute();
  const over = await tx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('webhook_id', '=', delivery.webhookId)
    .where('state', '!=', 'waiting')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .offset(kept)
    .limit(kept)
    .execute();
  if (over.length === 0) return;
  const ids = over.map(({ id }) => id);
  await tx.deleteFrom('webhook_deliveries').where('id', 'in', ids).execute();
}

function toRow({ id, webhookId, changeId, createdAt, state, dueAt, attempts }: Delivery): WebhookDeliveriesTable {
  return {
    id,
    webhook_id: webhookId,
    change_id: changeId,
    state,
    due_at: dueAt,
    created_at: createdAt,
    document: JSON.stringify(attempts),
  };
}

function toDelivery(row: WebhookDeliveriesTable): Delivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    changeId: row.change_id,
    state: row.state,
    dueAt: row.due_at,
    createdAt: row.created_at,
    attempts: JSON.parse(row.document) as Delivery['attempts'],
  };
}
