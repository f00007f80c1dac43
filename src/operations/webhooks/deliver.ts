import { NotFound } from '../../domain/errors.ts';
import { afterAttempt, type Delivery } from '../../domain/webhook/webhook.ts';
import { getChange, type StoredChange } from '../../store/changes.ts';
import { claimDueDelivery, saveDelivery, webhooks } from '../../store/webhooks.ts';
import type { Deps } from '../write.ts';
import { type Answered, sendJson } from './safe-request.ts';

/** How long one process has a delivery to itself; longer than a request may take. */
const LEASE_MS = 60_000;
/** Deliveries of a webhook that are remembered. */
const KEPT = 50;

const OUTCOMES = { waiting: 'tried again', delivered: 'delivered', failed: 'given up' } as const;

/** Makes what a webhook is sent of a change. */
export type ToPayload = (change: StoredChange) => Promise<unknown>;

/**
 * Tries one delivery that is due, outside of any transaction: at least once, since a process that dies before it has
 * told how it went leaves the delivery to be tried again.
 * @returns undefined when none is due
 */
export async function deliverNext(deps: Deps, toPayload: ToPayload): Promise<Delivery | undefined> {
  const now = deps.clock.now();
  const claimed = await deps.database.transaction((tx) =>
    claimDueDelivery(deps.database, tx, { now, until: now + LEASE_MS }),
  );
  if (!claimed) return undefined;
  const startedAt = performance.now();
  const answered = await deps.tracer.root('webhook delivery', {}, () => send(deps, claimed, toPayload));
  const attempt = { at: deps.clock.now(), durationMs: Math.round(performance.now() - startedAt), ...answered };
  const delivery = afterAttempt(claimed, attempt);
  await deps.database.transaction((tx) => saveDelivery(tx, delivery, KEPT));
  deps.observer.webhookTried(OUTCOMES[delivery.state]);
  return delivery;
}

async function send(deps: Deps, { webhookId, changeId }: Delivery, toPayload: ToPayload): Promise<Answered> {
  const { db } = deps.database;
  try {
    const { url, secret } = await webhooks.get(db, {}, webhookId);
    const body = JSON.stringify(await toPayload(await getChange(db, changeId)));
    return await sendJson(url, body, { secret, allowsPrivateWebhooks: deps.limits.allowsPrivateWebhooks });
  } catch (error) {
    if (error instanceof NotFound) return { error: error.message };
    throw error;
  }
}
