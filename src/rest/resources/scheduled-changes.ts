import { type Static, Type } from 'typebox';
import { SYSTEM } from '../../domain/access/actor.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { type ScheduledChange, scheduledChanges, scheduledSteps } from '../../operations/scheduled-change.ts';
import { deleteScheduledChange, patchScheduledChange, scheduleChange } from '../../operations/scheduled-changes.ts';
import { simulate } from '../../operations/simulate.ts';
import { type Deps, write } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import {
  ScheduledChangeCollection,
  ScheduledChangePost,
  ScheduledChangeRep,
} from '../../wire/rest/scheduled-change.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { parseSemanticPatch } from '../patch-body.ts';

const PlaceParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
});
const ChangeParams = Type.Object({ ...PlaceParams.properties, id: Type.String({ description: 'Id of the change' }) });
const ConflictQuery = Type.Object({
  ignoreConflicts: Type.Optional(Type.Boolean({ description: 'Whether it may exclude other planned changes' })),
});

type Place = Static<typeof PlaceParams>;

/** Planned changes of a flag in an environment: list, create, read, semantic patch, delete. */
export function scheduledChangeRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Scheduled changes'];
  const path = '/projects/:projectKey/flags/:flagKey/environments/:environmentKey/scheduled-changes';

  app.get(
    path,
    {
      schema: {
        summary: 'List the planned changes of a flag',
        tags,
        params: PlaceParams,
        response: { 200: ScheduledChangeCollection },
      },
    },
    async ({ params }) => {
      const changes = await scheduledChanges.list(db, await placeOf(params));
      return {
        _links: { self: linkTo(params), parent: apiLink('flags', params.projectKey, params.flagKey) },
        items: await Promise.all(changes.map((change) => toRep(change, params))),
      };
    },
  );

  app.post(
    path,
    {
      schema: {
        summary: 'Plan a change of a flag',
        tags,
        params: PlaceParams,
        querystring: ConflictQuery,
        body: ScheduledChangePost,
        response: { 201: ScheduledChangeRep },
      },
    },
    async ({ actor, params, query, body }, reply) => {
      const ignoresConflicts = query.ignoreConflicts ?? false;
      const change = await scheduleChange(deps, { actor, ...params, body, ignoresConflicts });
      return reply.code(201).send(await toRep(change, params));
    },
  );

  app.get(
    `${path}/:id`,
    { schema: { summary: 'Get a planned change', tags, params: ChangeParams, response: { 200: ScheduledChangeRep } } },
    async ({ params }) => toRep(await scheduledChanges.get(db, await placeOf(params), params.id), params),
  );

  app.patch(
    `${path}/:id`,
    {
      schema: {
        summary: 'Update a planned change by semantic patch',
        tags,
        params: ChangeParams,
        querystring: ConflictQuery,
        body: Type.Unknown({ description: 'Instructions' }),
        response: { 200: ScheduledChangeRep },
      },
    },
    async ({ actor, params, query, body }) => {
      const { patch, comment } = parseSemanticPatch(body);
      const ignoresConflicts = query.ignoreConflicts ?? false;
      const { instructions } = patch;
      return toRep(
        await patchScheduledChange(deps, { actor, ...params, instructions, comment, ignoresConflicts }),
        params,
      );
    },
  );

  app.delete(
    `${path}/:id`,
    { schema: { summary: 'Delete a planned change', tags, params: ChangeParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteScheduledChange(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  async function placeOf({ projectKey, flagKey, environmentKey }: Place) {
    const project = await getProject(db, projectKey);
    const environment = await getEnvironment(db, project.id, environmentKey);
    const flag = await getFlag(db, project.id, flagKey);
    return { projectId: project.id, flagId: flag.id, environmentId: environment.id };
  }

  async function toRep(change: ScheduledChange, place: Place): Promise<Static<typeof ScheduledChangeRep>> {
    const reason = await conflictOf(change, place);
    return {
      _links: { self: linkTo(place, change.id), parent: linkTo(place) },
      _id: change.id,
      _creationDate: change.createdAt,
      _maintainerId: change.maintainerId,
      _version: change.version,
      executionDate: change.executionDate,
      instructions: [...change.instructions],
      ...(reason !== undefined && { conflicts: [{ instruction: change.instructions[0], reason }] }),
    };
  }

  /** Why a change would not be possible now, if it would not. */
  async function conflictOf(change: ScheduledChange, { projectKey, flagKey, environmentKey }: Place) {
    const project = await getProject(db, projectKey);
    const flag = await getFlag(db, project.id, flagKey);
    const steps = scheduledSteps(change, environmentKey);
    const result = await write(deps, SYSTEM, (write) => simulate(write, flag, steps));
    return result instanceof InvalidRequest ? result.message : undefined;
  }
}

const linkTo = ({ projectKey, flagKey, environmentKey }: Place, ...id: readonly string[]) =>
  apiLink('projects', projectKey, 'flags', flagKey, 'environments', environmentKey, 'scheduled-changes', ...id);
