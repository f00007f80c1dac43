import { createHash, timingSafeEqual } from 'node:crypto';
import type { Actor, Caller } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { InvalidRequest, NotFound, RateLimited } from '../domain/errors.ts';
import { Fields } from '../domain/fields.ts';
import { type Json, show } from '../domain/json.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlagForUpdate } from '../store/flags.ts';
import { findProjectById } from '../store/projects.ts';
import { type Resource, resourceStore } from '../store/resources.ts';
import { accessIn, changeFlag } from './change-flag.ts';
import { type FlagPlace, type FlagScene, loadScene, placeOf } from './flag-scene.ts';
import { scheduledSteps } from './scheduled-change.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { type Deps, type Write, write } from './write.ts';

/** What a trigger does to its flag. */
const ACTIONS = ['turnFlagOn', 'turnFlagOff'] as const;

/** A secret address that turns a flag on or off, for monitoring tools (docs/wire/triggers.md). */
export interface Trigger extends Resource {
  readonly integrationKey: string;
  readonly action: (typeof ACTIONS)[number];
  readonly comment?: string | undefined;
  readonly isEnabled: boolean;
  readonly maintainerId: string;
  /** SHA-256 of the secret in the address. */
  readonly secretHash: string;
  readonly triggerCount: number;
  readonly lastTriggeredAt?: number | undefined;
  /** The newest first. */
  readonly recentBodies: readonly { readonly at: number; readonly body: Json }[];
  /** Calls counted since a time, for their limit. */
  readonly calls: { readonly since: number; readonly count: number };
}

export const triggers = resourceStore<Trigger>('flag-trigger', 'flag trigger');

/** A trigger with the secret of its address, which is seen this once. */
export interface TriggerSecret {
  readonly trigger: Trigger;
  readonly secret?: string;
}

/** @throws NotFound, InvalidRequest, Forbidden */
export async function createTrigger(
  deps: Deps,
  request: FlagPlace & { readonly actor: Caller; readonly body: unknown },
): Promise<TriggerSecret> {
  const { actor } = request;
  const fields = new Fields(request.body, '');
  const integrationKey = fields.string('integrationKey');
  const action = readAction(fields, 'instructions');
  return write(deps, actor, async (write) => {
    const scene = await loadScene(write, request);
    const accesses = judge(actor, scene, 'createTriggers');
    const secret = newSecret();
    const id = write.ids.objectId();
    const trigger: Trigger = {
      id,
      key: id,
      version: 1,
      createdAt: write.now,
      integrationKey,
      action,
      comment: fields.optional('comment', fields.string),
      isEnabled: true,
      maintainerId: actor.member.id,
      secretHash: hashSecret(secret),
      triggerCount: 0,
      recentBodies: [],
      calls: { since: 0, count: 0 },
    };
    await triggers.insert(write.tx, placeOf(scene), trigger);
    record(write, scene, {
      accesses,
      titleVerb: 'created a trigger for the flag',
      words: `Created a trigger for ${action}`,
    });
    return { trigger, secret };
  });
}

function readAction(fields: Fields, name: string): Trigger['action'] {
  const instructions = fields.objects(name);
  const [only] = instructions;
  const kind = instructions.length === 1 && only ? only.string('kind') : undefined;
  const action = ACTIONS.find((one) => one === kind);
  return action ?? fields.fail(name, `one instruction, of kind ${ACTIONS.join(' or ')}`);
}

export interface ChangeTrigger extends FlagPlace {
  readonly actor: Caller;
  readonly id: string;
}

/** @throws NotFound, InvalidRequest, Forbidden */
export async function patchTrigger(
  deps: Deps,
  request: ChangeTrigger & { readonly instructions: readonly unknown[] },
): Promise<TriggerSecret> {
  return write(deps, request.actor, async (write) => {
    const scene = await loadScene(write, request);
    const before = await triggers.get(write.tx, placeOf(scene), request.id);
    const { changed, secret } = readPatch(request.instructions);
    const accesses = judge(request.actor, scene, 'updateTriggers');
    const trigger = { ...before, ...changed, version: before.version + 1 };
    await triggers.save(write.tx, trigger);
    const words = `Updated the trigger for ${trigger.action}${trigger.isEnabled ? '' : ', which is disabled'}`;
    record(write, scene, { accesses, titleVerb: 'updated a trigger for the flag', words });
    return { trigger, ...(secret !== undefined && { secret }) };
  });
}

function readPatch(instructions: readonly unknown[]): { readonly changed: Partial<Trigger>; readonly secret?: string } {
  if (instructions.length === 0) throw new InvalidRequest('instructions: expected at least one instruction, got none');
  let secret: string | undefined;
  const changes = instructions.map((instruction, index): Partial<Trigger> => {
    const kind = new Fields(instruction, `instructions[${index}].`).string('kind');
    const fields = new Fields(instruction, `instructions[${index}] (${kind}): `);
    switch (kind) {
      case 'replaceTriggerActionInstructions':
        return { action: readAction(fields, 'value') };
      case 'cycleTriggerUrl':
        secret = newSecret();
        return { secretHash: hashSecret(secret) };
      case 'disableTrigger':
        return { isEnabled: false };
      case 'enableTrigger':
        return { isEnabled: true };
      default:
        throw new InvalidRequest(
          `instructions[${index}].kind: expected one of replaceTriggerActionInstructions, cycleTriggerUrl, disableTrigger, enableTrigger, got ${show(kind)}`,
        );
    }
  });
  return { changed: Object.assign({}, ...changes) as Partial<Trigger>, ...(secret !== undefined && { secret }) };
}

/** @throws NotFound, Forbidden */
export async function deleteTrigger(deps: Deps, request: ChangeTrigger): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const scene = await loadScene(write, request);
    const trigger = await triggers.get(write.tx, placeOf(scene), request.id);
    const accesses = judge(request.actor, scene, 'deleteTriggers');
    await triggers.delete(write.tx, trigger.id);
    record(write, scene, {
      accesses,
      titleVerb: 'deleted a trigger for the flag',
      words: `Deleted the trigger for ${trigger.action}`,
    });
  });
}

function judge(actor: Caller, { project, environments, environment, flag }: FlagScene, action: string) {
  const accesses = accessIn(project, environments, flag, environment.key, action);
  authorize(actor, accesses);
  return accesses;
}

interface Told {
  readonly accesses: ReturnType<typeof judge>;
  readonly titleVerb: string;
  readonly words: string;
}

function record(write: Write, { project, flag }: FlagScene, { accesses, titleVerb, words }: Told): void {
  write.record({ kind: 'flag', name: flag.name, projectId: project.id, accesses, titleVerb, description: [words] });
}

const WINDOW_MS = 60_000;
/** Calls of a trigger in a window. */
const MAX_CALLS = 30;
const KEPT_BODIES = 10;

/**
 * Does what a trigger does, for whoever knows its address; also where changes need approval, since whoever made the
 * trigger had the right to. That a flag is in that state already is as good.
 * @throws NotFound for an unknown or disabled trigger and for a wrong secret, RateLimited
 */
export async function fireTrigger(
  deps: Deps,
  request: { readonly id: string; readonly secret: string; readonly body: Json },
): Promise<void> {
  const by: Actor = { kind: 'trigger', triggerId: request.id, integrationKey: 'generic-trigger' };
  await write(deps, by, async (write) => {
    const found = await triggers.findById(write.tx, request.id);
    const { projectId = '', flagId = '', environmentId } = found?.place ?? {};
    if (!found?.resource.isEnabled || !isSecret(request.secret, found.resource.secretHash)) {
      throw new NotFound('trigger', request.id);
    }
    const trigger = countCall(found.resource, write.now);
    const project = await findProjectById(write.tx, projectId);
    const flag = await findFlagForUpdate(write.tx, flagId);
    const environments = await listAllEnvironments(write.tx, [projectId]);
    const environment = environments.find(({ id }) => id === environmentId);
    if (!project || !flag || !environment) throw new NotFound('trigger', request.id);
    await triggers.save(write.tx, {
      ...trigger,
      version: trigger.version + 1,
      triggerCount: trigger.triggerCount + 1,
      lastTriggeredAt: write.now,
      recentBodies: [{ at: write.now, body: request.body }, ...trigger.recentBodies].slice(0, KEPT_BODIES),
    });
    const steps = scheduledSteps({ instructions: [{ kind: trigger.action }] }, environment.key);
    const actor = { ...by, integrationKey: trigger.integrationKey };
    await changeFlag(write, { project, environments, flag, steps, by: actor, comment: trigger.comment });
  });
}

function countCall(trigger: Trigger, now: number): Trigger {
  const { since, count } = trigger.calls;
  if (now - since >= WINDOW_MS) return { ...trigger, calls: { since: now, count: 1 } };
  if (count >= MAX_CALLS) throw new RateLimited(Math.ceil((since + WINDOW_MS - now) / 1_000));
  return { ...trigger, calls: { since, count: count + 1 } };
}

function isSecret(secret: string, hash: string): boolean {
  const given = createHash('sha256').update(secret).digest();
  return timingSafeEqual(given, Buffer.from(hash, 'hex'));
}
