import { type Static, Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { accessesTo, authorize, can } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { type Delivery, type Webhook, WEBHOOK_ACTIONS } from '../../domain/webhook/webhook.ts';
import { sendJson } from '../../operations/webhooks/safe-request.ts';
import { createWebhook, deleteWebhook, updateWebhook } from '../../operations/webhooks/webhooks.ts';
import type { Deps } from '../../operations/write.ts';
import { listDeliveries, webhooks } from '../../store/webhooks.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { Links, PageQuery } from '../../wire/rest/common.ts';
import { DeliveryCollection, TestRep, WebhookPost, WebhookRep } from '../../wire/rest/webhook.ts';
import type { RestApp } from '../app.ts';
import { auditPayload } from '../audit-versions.ts';
import { apiLink } from '../links.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toAccessRep, toStatementRep, wantsAccess } from '../representations/access.ts';

const WebhookParams = Type.Object({ id: Type.String({ description: 'Id of the webhook' }) });

/** Webhooks: list, create, read, JSON patch, delete; what was delivered to them, and a test. */
export function webhookRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Webhooks'];

  app.get(
    '/webhooks',
    {
      schema: {
        summary: 'List webhooks',
        tags,
        querystring: ExpandQuery,
        response: { 200: Type.Object({ _links: Links, items: Type.Array(WebhookRep) }) },
      },
    },
    async ({ actor, query }) => ({
      _links: { self: apiLink('webhooks') },
      items: (await webhooks.list(db, {})).map((webhook) => toRep(actor, webhook, query.expand)),
    }),
  );

  app.post(
    '/webhooks',
    { schema: { summary: 'Create a webhook', tags, body: WebhookPost, response: { 200: WebhookRep } } },
    async ({ actor, body }) => toRep(actor, await createWebhook(deps, { actor, webhook: body })),
  );

  app.get(
    '/webhooks/:id',
    {
      schema: {
        summary: 'Get a webhook',
        tags,
        params: WebhookParams,
        querystring: ExpandQuery,
        response: { 200: WebhookRep },
      },
    },
    async ({ actor, params, query }) => toRep(actor, await webhooks.get(db, {}, params.id), query.expand),
  );

  app.patch(
    '/webhooks/:id',
    {
      schema: {
        summary: 'Update a webhook by JSON patch',
        tags,
        params: WebhookParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: WebhookRep },
      },
    },
    async ({ actor, params, body }) =>
      toRep(actor, await updateWebhook(deps, { actor, id: params.id, patch: parseJsonPatch(body) })),
  );

  app.delete(
    '/webhooks/:id',
    { schema: { summary: 'Delete a webhook', tags, params: WebhookParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteWebhook(deps, { actor, id: params.id });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/webhooks/:id/deliveries',
    {
      schema: {
        summary: 'List what was lately delivered to a webhook',
        tags,
        params: WebhookParams,
        querystring: PageQuery,
        response: { 200: DeliveryCollection },
      },
    },
    async ({ params, query, url }) => {
      const { id } = await webhooks.get(db, {}, params.id);
      const deliveries = await listDeliveries(db, id);
      const page = toPage(query);
      return {
        _links: pageLinks(url, page, deliveries.length),
        totalCount: deliveries.length,
        items: cutPage(deliveries, page).map(toDeliveryRep),
      };
    },
  );

  app.post(
    '/webhooks/:id/test',
    { schema: { summary: 'Send a test to a webhook', tags, params: WebhookParams, response: { 200: TestRep } } },
    async ({ actor, params }) => {
      const webhook = await webhooks.get(db, {}, params.id);
      const accesses = accessesTo(specifier.inAccount('webhook', { key: webhook.id, tags: webhook.tags }), [
        'updateOn',
      ]);
      authorize(actor, accesses);
      const payload = await auditPayload(db)({
        id: deps.ids.objectId(),
        occurredAt: deps.clock.now(),
        actor,
        kind: 'webhook',
        name: webhook.name || webhook.url,
        projectId: undefined,
        accesses,
        titleVerb: 'tested the webhook',
        description: ['This is a test; nothing has changed'],
      });
      const { allowsPrivateWebhooks } = deps.limits;
      return sendJson(webhook.url, JSON.stringify(payload), { secret: webhook.secret, allowsPrivateWebhooks });
    },
  );
}

function toRep(caller: Caller, webhook: Webhook, expand?: string): Static<typeof WebhookRep> {
  const { id, url, on, name, secret, statements, tags } = webhook;
  const resource = specifier.inAccount('webhook', { key: id, tags });
  const actions = [...Object.values(WEBHOOK_ACTIONS), 'deleteWebhook'];
  return {
    _links: { self: apiLink('webhooks', id), parent: apiLink('webhooks') },
    _id: id,
    url,
    on,
    tags: [...tags],
    ...(name !== '' && { name }),
    ...(secret !== undefined && { secret: seesSecret(caller, webhook) ? secret : `***${secret.slice(-4)}` }),
    ...(statements.length > 0 && { statements: statements.map(toStatementRep) }),
    ...(wantsAccess(expand) && { _access: toAccessRep(caller, resource, actions) }),
  };
}

/** Whoever may change the secret may see it; others could forge what receivers believe. */
function seesSecret(caller: Caller, { id, tags }: Webhook): boolean {
  return can(caller, { action: 'updateSecret', ...specifier.inAccount('webhook', { key: id, tags }) });
}

function toDeliveryRep({ id, webhookId, changeId, createdAt, state, dueAt, attempts }: Delivery) {
  return {
    _links: {
      parent: apiLink('webhooks', webhookId),
      change: apiLink('auditlog', changeId),
    },
    _id: id,
    creationDate: createdAt,
    state,
    ...(state === 'waiting' && { nextAttempt: dueAt }),
    attempts: attempts.map(({ at, status, error, durationMs }) => ({
      date: at,
      ...(status !== undefined && { status }),
      ...(error !== undefined && { error }),
      durationMs,
    })),
  };
}
