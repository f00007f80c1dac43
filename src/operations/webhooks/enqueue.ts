import { allows } from '../../domain/access/policy.ts';
import type { NewIds } from '../../domain/ids.ts';
import type { Webhook } from '../../domain/webhook/webhook.ts';
import type { StoredChange } from '../../store/changes.ts';
import type { Tx } from '../../store/database.ts';
import { insertDelivery, webhooks } from '../../store/webhooks.ts';

/** Puts changes on their way to the webhooks that want to know of them, in the transaction that makes them. */
export async function enqueueForWebhooks(
  tx: Tx,
  changes: readonly StoredChange[],
  ids: Pick<NewIds, 'objectId'>,
): Promise<void> {
  if (changes.length === 0) return;
  const listening = (await webhooks.list(tx, {})).filter(({ on }) => on);
  for (const change of changes) {
    for (const { id: webhookId } of listening.filter((webhook) => wants(webhook, change))) {
      const { id: changeId, occurredAt } = change;
      const state = { state: 'waiting', attempts: [] } as const;
      await insertDelivery(tx, {
        id: ids.objectId(),
        webhookId,
        changeId,
        createdAt: occurredAt,
        dueAt: occurredAt,
        ...state,
      });
    }
  }
}

/** A webhook without statements wants everything; else what they allow of any access of the change. */
function wants({ statements }: Webhook, { accesses }: StoredChange): boolean {
  return statements.length === 0 || accesses.some((access) => allows(statements, access));
}
