import type { Actor } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { createFlag as makeFlag, type NewFlag } from '../domain/flag/create-flag.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { show } from '../domain/json.ts';
import { findMembers } from '../store/account.ts';
import { findLastVersions } from '../store/deliveries.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { countFlags, insertFlag } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { deliverFlag, everywhere } from './change-flag.ts';
import { type Deps, type Write, write } from './write.ts';

export interface CreateFlag {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flag: NewFlag;
}

const MAX_FLAGS = 5_000;

/**
 * Makes a flag in all environments of a project. Its maintainer is the calling member unless another is named.
 * @throws NotFound, InvalidRequest, Forbidden, Conflict when the key is taken
 */
export async function createFlag(deps: Deps, request: CreateFlag): Promise<Flag> {
  return write(deps, request.actor, async (write) => {
    const { tx } = write;
    const project = await getProjectForUpdate(tx, request.projectKey);
    const environments = await listAllEnvironments(tx, [project.id]);
    const lastVersions = await findLastVersions(
      tx,
      environments.map(({ id }) => id),
      { kind: 'flag', key: request.flag.key },
    );
    const firstVersions = new Map([...lastVersions].map(([id, version]) => [id, version + 1]));
    const maintainerId = await maintainer(write, request.flag.maintainerId);
    const flag = makeFlag({ ...request.flag, maintainerId }, { project, environments, firstVersions }, write);
    const accesses = everywhere(project.key, flag, 'createFlag');
    authorize(request.actor, accesses);
    if ((await countFlags(tx, project.id)) >= MAX_FLAGS) {
      throw new InvalidRequest(`Project ${show(project.key)} has ${MAX_FLAGS} flags already; delete some to make more`);
    }
    await insertFlag(tx, flag);
    deliverFlag(write, undefined, flag);
    write.record({
      kind: 'flag',
      name: flag.name,
      projectId: project.id,
      accesses,
      titleVerb: 'created the flag',
      description: [`Created the flag ${flag.key}`],
      after: flag,
    });
    return flag;
  });
}

async function maintainer({ tx, actor }: Write, memberId: string | undefined): Promise<string | undefined> {
  if (memberId === undefined) return actor.kind === 'token' ? actor.member.id : undefined;
  const members = await findMembers(tx, [memberId]);
  if (!members.has(memberId)) {
    throw new InvalidRequest(`maintainerId: ${show(memberId)} is not a member; expected the id of one`);
  }
  return memberId;
}
