import type { Caller } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import {
  createWebhook as makeWebhook,
  patchWebhook,
  type Webhook,
  WEBHOOK_ACTIONS,
} from '../../domain/webhook/webhook.ts';
import { webhooks } from '../../store/webhooks.ts';
import { changeSettings } from '../change-settings.ts';
import { type Deps, write } from '../write.ts';
import { refusePrivateAddress } from './safe-request.ts';

const resourceOf = ({ id, tags }: Webhook) => specifier.inAccount('webhook', { key: id, tags });

/** A webhook as the audit log may keep it. */
function withoutSecret({ secret, ...rest }: Webhook) {
  return { ...rest, isSigned: secret !== undefined };
}

/** @param request `webhook` as the request has it. @throws InvalidRequest, Forbidden */
export async function createWebhook(deps: Deps, request: { actor: Caller; webhook: unknown }): Promise<Webhook> {
  return write(deps, request.actor, async (write) => {
    const webhook = makeWebhook(request.webhook, write);
    const accesses = accessesTo(resourceOf(webhook), ['createWebhook']);
    authorize(request.actor, accesses);
    refusePrivateAddress('url', webhook.url, deps.limits);
    await webhooks.insert(write.tx, {}, webhook);
    write.record({
      kind: 'webhook',
      name: webhook.name || webhook.url,
      projectId: undefined,
      accesses,
      titleVerb: 'created the webhook',
      description: [`Created the webhook for ${webhook.url}`],
      after: withoutSecret(webhook),
    });
    return webhook;
  });
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden */
export async function updateWebhook(
  deps: Deps,
  request: { readonly actor: Caller; readonly id: string; readonly patch: unknown },
): Promise<Webhook> {
  return write(deps, request.actor, async (write) => {
    const before = await webhooks.get(write.tx, {}, request.id);
    const after = patchWebhook(before, request.patch);
    return changeSettings<Webhook>(write, {
      kind: 'webhook',
      name: after.name || after.url,
      resource: resourceOf(before),
      before,
      after,
      actions: WEBHOOK_ACTIONS,
      secrets: ['secret'],
      titleVerb: 'updated the webhook',
      check: async () => refusePrivateAddress('url', after.url, deps.limits),
      save: webhooks.save,
      forAudit: withoutSecret,
    });
  });
}

/** Deletes a webhook with what waits for it. @throws NotFound, Forbidden */
export async function deleteWebhook(deps: Deps, request: { actor: Caller; id: string }): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const webhook = await webhooks.get(write.tx, {}, request.id);
    const accesses = accessesTo(resourceOf(webhook), ['deleteWebhook']);
    authorize(request.actor, accesses);
    await webhooks.delete(write.tx, webhook.id);
    write.record({
      kind: 'webhook',
      name: webhook.name || webhook.url,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the webhook',
      description: [`Deleted the webhook for ${webhook.url}`],
      before: withoutSecret(webhook),
    });
  });
}
