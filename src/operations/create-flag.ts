import { type Actor, isCaller } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { cloneFlag } from '../domain/flag/clone-flag.ts';
import { createFlag as makeFlag, type NewFlag } from '../domain/flag/create-flag.ts';
import type { Flag } from '../domain/flag/flag.ts';
import type { Surroundings } from '../domain/flag/surroundings.ts';
import { show } from '../domain/json.ts';
import type { Project } from '../domain/project.ts';
import { findLastVersions } from '../store/deliveries.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { countFlags } from '../store/flag-indexes.ts';
import { getFlagForUpdate, insertFlag } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { everywhere } from './change-flag.ts';
import { deliverFlag } from './deliver-flag.ts';
import { loadSurroundings, prerequisiteKeys } from './surroundings.ts';
import { type Deps, type Write, write } from './write.ts';

export interface CreateFlag {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flag: NewFlag;
  /** The key of a flag to make it like. */
  readonly cloneOf?: string | undefined;
}

/**
 * Makes a flag in all environments of a project, of its own or like another one. Its maintainer is the calling member
 * unless another member or a team is named.
 * @throws NotFound for the project or the flag to clone, InvalidRequest, Forbidden, Conflict when the key is taken
 */
export async function createFlag(deps: Deps, request: CreateFlag): Promise<Flag> {
  return write(deps, request.actor, async (write) => {
    const { tx } = write;
    const project = await getProjectForUpdate(tx, request.projectKey);
    const environments = await listAllEnvironments(tx, [project.id]);
    const environmentIds = environments.map(({ id }) => id);
    const lastVersions = await findLastVersions(tx, environmentIds, { kind: 'flag', key: request.flag.key });
    const firstVersions = new Map([...lastVersions].map(([id, version]) => [id, version + 1]));
    const source = request.cloneOf === undefined ? undefined : await getFlagForUpdate(tx, project.id, request.cloneOf);
    const surroundings = await surroundingsOf(write, project.id, request.flag, source);
    const wanted = withMaintainer(write.actor, request.flag, surroundings);
    const scope = { project, environments, firstVersions };
    const context = { ...write, surroundings };
    const flag = source ? cloneFlag(source, wanted, scope, context) : makeFlag(wanted, scope, context);
    const accesses = [
      ...(source ? everywhere(project, environments, source, 'cloneFlag') : []),
      ...everywhere(project, environments, flag, 'createFlag'),
    ];
    authorize(request.actor, accesses);
    await requireRoomForFlag(write, project);
    await insertFlag(tx, flag);
    deliverFlag(write, undefined, flag, surroundings.flags);
    write.record({
      kind: 'flag',
      name: flag.name,
      projectId: project.id,
      accesses,
      titleVerb: 'created the flag',
      description: [source ? `Created the flag ${flag.key} like ${source.key}` : `Created the flag ${flag.key}`],
      after: flag,
    });
    return flag;
  });
}

/** @throws InvalidRequest when the project has as many flags as it may have */
export async function requireRoomForFlag({ tx, limits }: Write, project: Project): Promise<void> {
  const { flagsPerProject } = limits;
  if ((await countFlags(tx, project.id)) < flagsPerProject) return;
  throw new InvalidRequest(
    `Project ${show(project.key)} has ${flagsPerProject} flags already; delete some to make more`,
  );
}

function surroundingsOf(
  { tx }: Write,
  projectId: string,
  { key, initialPrerequisites = [], maintainerId, maintainerTeamKey }: NewFlag,
  source: Flag | undefined,
): Promise<Surroundings> {
  const named = initialPrerequisites.map((prerequisite) => (prerequisite as { key?: unknown } | null)?.key);
  const flagKeys = source ? prerequisiteKeys(source) : named.filter((name) => typeof name === 'string');
  return loadSurroundings(
    tx,
    { projectId, key },
    {
      flagKeys: new Set(flagKeys),
      memberIds: new Set(maintainerId === undefined ? [] : [maintainerId]),
      teamKeys: new Set(maintainerTeamKey === undefined ? [] : [maintainerTeamKey]),
      startsRollout: false,
    },
  );
}

function withMaintainer(actor: Actor, flag: NewFlag, { memberIds, teamKeys }: Surroundings): NewFlag {
  const { maintainerId, maintainerTeamKey } = flag;
  if (maintainerId !== undefined && !memberIds.has(maintainerId)) {
    throw new InvalidRequest(`maintainerId: ${show(maintainerId)} is not a member; expected the id of one`);
  }
  if (maintainerTeamKey !== undefined && !teamKeys.has(maintainerTeamKey)) {
    throw new InvalidRequest(`maintainerTeamKey: ${show(maintainerTeamKey)} is not a team; expected the key of one`);
  }
  const isNamed = maintainerId !== undefined || maintainerTeamKey !== undefined;
  return isNamed || !isCaller(actor) ? flag : { ...flag, maintainerId: actor.member.id };
}
