import type { Caller } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { Fields } from '../domain/fields.ts';
import { applyJsonPatch } from '../domain/json-patch.ts';
import { type Json, jsonEquals } from '../domain/json.ts';
import { requireKey } from '../domain/naming.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { type Resource, resourceStore } from '../store/resources.ts';
import { everywhere } from './change-flag.ts';
import { type Deps, type Write, write } from './write.ts';

/** A page elsewhere that has to do with a flag: an issue, a message, a dashboard. */
export interface FlagLink extends Resource {
  readonly deepLink: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly integrationKey?: string | undefined;
  readonly metadata?: Json | undefined;
  /** Unix milliseconds; when the page has had to do with the flag. */
  readonly timestamp: number;
  readonly memberId: string;
}

export const flagLinks = resourceStore<FlagLink>('flag-link', 'flag link');

export interface LinkedFlag {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly flagKey: string;
}

async function load({ tx }: Write, { projectKey, flagKey }: LinkedFlag) {
  const project = await getProject(tx, projectKey);
  const environments = await listAllEnvironments(tx, [project.id]);
  const flag = await getFlagForUpdate(tx, project.id, flagKey);
  return { project, environments, flag, place: { projectId: project.id, flagId: flag.id } };
}

function judge(write: Write, scene: Awaited<ReturnType<typeof load>>, action: string, words: string): void {
  const { project, environments, flag } = scene;
  const accesses = everywhere(project, environments, flag, action);
  authorize(write.actor, accesses);
  const titleVerb = `${words.split(' ')[0]?.toLowerCase() ?? ''} a link of the flag`;
  write.record({ kind: 'flag', name: flag.name, projectId: project.id, accesses, titleVerb, description: [words] });
}

const WEB_URL = /^https?:\/\/\S{1,2000}$/i;

function readLink(fields: Fields) {
  const deepLink = fields.string('deepLink');
  if (!WEB_URL.test(deepLink)) fields.fail('deepLink', 'an http or https URL');
  return {
    deepLink,
    title: fields.optional('title', fields.string),
    description: fields.optional('description', fields.string),
    integrationKey: fields.optional('integrationKey', fields.string),
    ...(fields.has('metadata') && { metadata: fields.raw('metadata') }),
    timestamp: fields.optional('timestamp', fields.integer),
  };
}

/** @throws NotFound, InvalidRequest, Forbidden, Conflict when the key is taken */
export async function createFlagLink(deps: Deps, request: LinkedFlag & { readonly body: unknown }): Promise<FlagLink> {
  const fields = new Fields(request.body, '');
  const { timestamp, ...wanted } = readLink(fields);
  return write(deps, request.actor, async (write) => {
    const scene = await load(write, request);
    judge(write, scene, 'createFlagLink', `Created the link to ${wanted.deepLink}`);
    const id = write.ids.objectId();
    const key = fields.optional('key', fields.string);
    const link: FlagLink = {
      ...wanted,
      id,
      key: key === undefined ? id : requireKey('key', key),
      version: 1,
      createdAt: write.now,
      timestamp: timestamp ?? write.now,
      memberId: request.actor.member.id,
    };
    await flagLinks.insert(write.tx, scene.place, link);
    return link;
  });
}

/** A link by its key or id. @throws NotFound */
async function getLink(write: Write, place: { flagId: string; projectId: string }, idOrKey: string): Promise<FlagLink> {
  const byId = (await flagLinks.list(write.tx, place)).find(({ id }) => id === idOrKey);
  return byId ?? flagLinks.get(write.tx, place, idOrKey);
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden */
export async function updateFlagLink(
  deps: Deps,
  request: LinkedFlag & { readonly idOrKey: string; readonly patch: unknown },
): Promise<FlagLink> {
  return write(deps, request.actor, async (write) => {
    const scene = await load(write, request);
    const before = await getLink(write, scene.place, request.idOrKey);
    const { id, key, version, createdAt, memberId, ...document } = before;
    const known = ['deepLink', 'title', 'description', 'metadata', 'timestamp', 'integrationKey'];
    const { timestamp = before.timestamp, ...patched } = readLink(
      new Fields(applyJsonPatch<object>(document, request.patch, known), ''),
    );
    const after = { ...patched, timestamp, id, key, version: version + 1, createdAt, memberId };
    if (jsonEquals(before, { ...after, version })) return before;
    judge(write, scene, 'updateFlagLink', `Updated the link to ${after.deepLink}`);
    await flagLinks.save(write.tx, after);
    return after;
  });
}

/** @throws NotFound, Forbidden */
export async function deleteFlagLink(deps: Deps, request: LinkedFlag & { readonly idOrKey: string }): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const scene = await load(write, request);
    const link = await getLink(write, scene.place, request.idOrKey);
    judge(write, scene, 'deleteFlagLink', `Deleted the link to ${link.deepLink}`);
    await flagLinks.delete(write.tx, link.id);
  });
}
