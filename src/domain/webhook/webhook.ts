import { readPolicy, type Statement } from '../access/policy.ts';
import { Fields } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { applyJsonPatch } from '../json-patch.ts';
import { requireTags } from '../naming.ts';

/** Everything about a webhook that can be changed. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  readonly on: boolean;
  /** Signs what is sent; nothing is signed without. */
  readonly secret?: string | undefined;
  /** Which changes are told; all when there are none. */
  readonly statements: readonly Statement[];
  readonly tags: readonly string[];
}

/** An address that is told of changes. */
export interface Webhook extends WebhookSettings {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly createdAt: number;
}

/** The action that a change of each setting needs. */
export const WEBHOOK_ACTIONS: Readonly<Record<keyof WebhookSettings, string>> = {
  name: 'updateName',
  url: 'updateUrl',
  on: 'updateOn',
  secret: 'updateSecret',
  statements: 'updateStatements',
  tags: 'updateTags',
};

/** Reads a new webhook; `sign` without a secret gets one. @throws InvalidRequest naming the bad field */
export function createWebhook(body: unknown, { ids, now }: DecisionContext): Webhook {
  const fields = new Fields(body, '');
  const signs = fields.boolean('sign');
  const id = ids.objectId();
  const { secret, ...settings } = readSettings(fields);
  return { id, key: id, version: 1, createdAt: now, ...settings, ...(signs && { secret: secret ?? ids.salt() }) };
}

/** @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad field */
export function patchWebhook(webhook: Webhook, patch: unknown): Webhook {
  const { id, key, version, createdAt, ...settings } = webhook;
  const fields = new Fields(applyJsonPatch<object>(settings, patch, Object.keys(WEBHOOK_ACTIONS)), '');
  return { id, key, version, createdAt, ...readSettings(fields) };
}

function readSettings(fields: Fields): WebhookSettings {
  const url = fields.string('url');
  if (!isWebUrl(url)) fields.fail('url', 'an http or https URL without credentials');
  const secret = fields.optional('secret', fields.string) || undefined;
  return {
    name: fields.optional('name', fields.string) ?? '',
    url,
    on: fields.boolean('on'),
    ...(secret !== undefined && { secret }),
    statements: fields.has('statements') ? readPolicy(fields, 'statements') : [],
    tags: requireTags('tags', fields.optional('tags', fields.strings) ?? []),
  };
}

const WEB_URL = /^https?:\/\/[^/?#@\s]+([/?#]\S*)?$/i;

function isWebUrl(text: string): boolean {
  return text.length <= 2_000 && WEB_URL.test(text);
}

/** One try to tell a webhook of a change. */
export interface DeliveryAttempt {
  readonly at: number;
  /** The status that the receiver answered with. */
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly durationMs: number;
}

/** A change on its way to a webhook. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly changeId: string;
  readonly createdAt: number;
  readonly state: 'waiting' | 'delivered' | 'failed';
  /** When it is tried next, Unix milliseconds. */
  readonly dueAt: number;
  readonly attempts: readonly DeliveryAttempt[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** How long to wait after each failure; there is no further try after the last. */
const BACK_OFF_MS = [30 * SECOND, 2 * MINUTE, 10 * MINUTE, 60 * MINUTE];

/** The delivery after a try: done when the receiver answered with success, else to be tried again or given up. */
export function afterAttempt(delivery: Delivery, attempt: DeliveryAttempt): Delivery {
  const attempts = [...delivery.attempts, attempt];
  const isDone = attempt.status !== undefined && attempt.status >= 200 && attempt.status < 300;
  const backOff = BACK_OFF_MS[attempts.length - 1];
  if (isDone) return { ...delivery, attempts, state: 'delivered' };
  if (backOff === undefined) return { ...delivery, attempts, state: 'failed' };
  return { ...delivery, attempts, dueAt: attempt.at + backOff };
}
