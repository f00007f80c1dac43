import { type TSchema, Type } from 'typebox';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { createRelease } from '../../operations/create-release.ts';
import { deleteRelease } from '../../operations/delete-release.ts';
import { startPhase } from '../../operations/start-phase.ts';
import { tickPhases } from '../../operations/tick-phases.ts';
import type { Deps } from '../../operations/write.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { findLatestRelease } from '../../store/releases.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import { PhaseParams, PhasePut, ReleasePut, ReleaseRep } from '../../wire/rest/release.ts';
import type { RestApp } from '../app.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { loadReleaseRep } from '../load-release.ts';

const tags = ['Releases (beta)'];

/** What a client may say to start a phase, in any case. */
const START_SPELLINGS = ['active', 'started'];

/** Releases: add a flag to a pipeline, read, start a phase or tick it off, remove. */
export function releaseRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };

  app.put(
    '/projects/:projectKey/flags/:flagKey/release',
    {
      config,
      schema: {
        summary: 'Add a flag to a release pipeline',
        tags,
        params: FlagParams,
        body: ReleasePut,
        response: { 200: ReleaseRep },
      },
    },
    async (request) => {
      const { releasePipelineKey: pipelineKey, releaseVariationId: variationId } = request.body;
      const release = await createRelease(deps, { actor: request.actor, ...request.params, pipelineKey, variationId });
      return loadReleaseRep(db, request.params, release);
    },
  );

  // The API knows a flag's release under two paths.
  for (const url of ['/flags/:projectKey/:flagKey/release', '/projects/:projectKey/flags/:flagKey/release']) {
    app.get(
      url,
      {
        config,
        schema: { summary: 'Get the release of a flag', tags, params: FlagParams, response: { 200: ReleaseRep } },
      },
      async (request) => {
        const { projectKey, flagKey } = request.params;
        const project = await getProject(db, projectKey);
        const flag = await getFlag(db, project.id, flagKey);
        const release = await findLatestRelease(db, flag.id);
        if (!release) throw new NotFound('release of flag', flagKey);
        return loadReleaseRep(db, request.params, release);
      },
    );

    app.patch(
      url,
      {
        config,
        schema: {
          summary: 'Mark phases of a legacy release complete or incomplete',
          tags,
          params: FlagParams,
          body: Type.Unknown({ description: 'A JSON patch of /phases/{index}/complete' }),
          response: { 200: ReleaseRep },
        },
      },
      async ({ actor, params, body }) => {
        const release = await tickPhases(deps, { actor, ...params, patch: parseJsonPatch(body) });
        return loadReleaseRep(db, params, release);
      },
    );

    app.delete(
      url,
      { config, schema: { summary: 'Remove a flag from its pipeline', tags, params: FlagParams, response: noContent } },
      async (request, reply) => {
        await deleteRelease(deps, { actor: request.actor, ...request.params });
        return reply.code(204).send(null);
      },
    );
  }

  app.put(
    '/projects/:projectKey/flags/:flagKey/release/phases/:phaseId',
    {
      config,
      schema: {
        summary: 'Start a phase of a release',
        tags,
        params: PhaseParams,
        body: PhasePut,
        response: { 200: ReleaseRep },
      },
    },
    async (request) => {
      const { projectKey, flagKey, phaseId } = request.params;
      const { status, audiences = [] } = request.body;
      if (!START_SPELLINGS.includes(status.toLowerCase())) {
        throw new InvalidRequest('Phase status can only be manually updated to `Active`.');
      }
      const release = await startPhase(deps, { actor: request.actor, projectKey, flagKey, phaseId, audiences });
      return loadReleaseRep(db, request.params, release);
    },
  );
}

const noContent: Record<number, TSchema> = { 204: Type.Null() };
