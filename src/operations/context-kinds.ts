import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import {
  CONTEXT_KIND_ACTIONS,
  CONTEXT_KIND_WORDS,
  type ContextKind,
  describeContextKind,
  isContextKind,
  newContextKind,
} from '../domain/context-kind.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import type { Project } from '../domain/project.ts';
import type { Db } from '../store/database.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getProject } from '../store/projects.ts';
import { resourceStore } from '../store/resources.ts';
import { listSeenKinds } from '../store/seen-contexts.ts';
import { changeSettings } from './change-settings.ts';
import { type Deps, write } from './write.ts';

/** Kinds that somebody has said something of. */
const described = resourceStore<ContextKind>('context-kind', 'context kind');

/** A kind with when a context of it was last seen, in Unix milliseconds; undefined when none is remembered. */
export interface KnownKind {
  readonly kind: Omit<ContextKind, 'id'>;
  readonly lastSeen: number | undefined;
}

/** The kinds that a project knows, by key: `user`, those that were described, and those that contexts had. */
export async function listContextKinds(db: Db, project: Project): Promise<readonly KnownKind[]> {
  const environments = await listAllEnvironments(db, [project.id]);
  const seen = await listSeenKinds(
    db,
    environments.map(({ id }) => id),
  );
  const kinds = new Map<string, Omit<ContextKind, 'id'>>([
    ['user', newContextKind('user', 'default', project.createdAt)],
    ...seen
      .filter(({ kind }) => kind !== 'user')
      .map(({ kind, firstSeen }) => [kind, newContextKind(kind, 'auto-add', firstSeen)] as const),
    ...(await described.list(db, { projectId: project.id })).map((kind) => [kind.key, kind] as const),
  ]);
  const lastSeen = new Map(seen.map((one) => [one.kind, one.lastSeen]));
  return [...kinds.values()]
    .toSorted((left, right) => (left.key < right.key ? -1 : 1))
    .map((kind) => ({ kind, lastSeen: lastSeen.get(kind.key) }));
}

export interface PutContextKind {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly key: string;
  readonly body: unknown;
}

/** Creates or changes a context kind. @throws NotFound, InvalidRequest, Forbidden, Conflict */
export async function putContextKind(deps: Deps, { actor, projectKey, key, body }: PutContextKind): Promise<void> {
  if (!isContextKind(key)) throw new InvalidRequest(`key: expected ${CONTEXT_KIND_WORDS}, got ${show(key)}`);
  await write(deps, actor, async (write) => {
    const project = await getProject(write.tx, projectKey);
    const place = { projectId: project.id };
    const stored = await described.find(write.tx, place, key);
    const known = stored ?? (await listContextKinds(write.tx, project)).find(({ kind }) => kind.key === key)?.kind;
    const before = { id: write.ids.objectId(), ...(known ?? newContextKind(key, 'manual', write.now)) };
    const after = describeContextKind(before, body, write);
    const resource = specifier.inProject(project, 'context-kind', { key });
    const common = { kind: 'context-kind', name: after.name, projectId: project.id } as const;
    if (known) {
      await changeSettings<ContextKind>(write, {
        ...common,
        resource,
        before,
        after,
        actions: CONTEXT_KIND_ACTIONS,
        titleVerb: 'updated the context kind',
        save: (tx, kind) => (stored ? described.save(tx, kind) : described.insert(tx, place, kind)),
      });
      return;
    }
    const accesses = accessesTo(resource, ['createContextKind']);
    authorize(actor, accesses);
    await described.insert(write.tx, place, after);
    const description = [`Created the context kind ${key}`];
    write.record({ ...common, accesses, titleVerb: 'created the context kind', description, after });
  });
}
