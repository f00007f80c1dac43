import { Type } from 'typebox';
import { NotFound } from '../../domain/errors.ts';
import { explain, type Wait } from '../../domain/release/explain.ts';
import { releaseState } from '../../domain/release/release.ts';
import { pauseReleases } from '../../operations/releases/pause-releases.ts';
import { simulateRelease } from '../../operations/releases/simulate-release.ts';
import { type Steering, steerRelease } from '../../operations/releases/steer-release.ts';
import type { Deps } from '../../operations/write.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { findLatestRelease } from '../../store/releases.ts';
import { findRuns } from '../../store/rollout-runs.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import { ReleaseRep } from '../../wire/rest/release.ts';
import {
  ExplanationRep,
  PauseAllPost,
  PausedCollection,
  PausePost,
  SimulationPost,
  SimulationRep,
} from '../../wire/rest/release-steering.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { loadReleaseRep } from '../load-release.ts';

const tags = ['Releases (beta)'];
const RELEASE = '/projects/:projectKey/flags/:flagKey/release';

const STEERINGS: Readonly<Record<Steering, string>> = {
  pause: 'Pause a release',
  resume: 'Let a paused release go on',
  cancel: 'End a release where it is',
  rollback: 'Take back everything that a release has changed',
};

/** What LaunchDarkly has no calls for: steer a release, ask what it waits for, try one, stop all. */
export function releaseSteeringRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };

  for (const [steering, summary] of Object.entries(STEERINGS) as [Steering, string][]) {
    app.post(
      `${RELEASE}/${steering}`,
      {
        config,
        schema: { summary, tags, params: FlagParams, body: Type.Optional(PausePost), response: { 200: ReleaseRep } },
      },
      async ({ actor, params, body }) => {
        const release = await steerRelease(deps, { actor, ...params, steering, reason: body?.reason });
        return loadReleaseRep(db, params, release);
      },
    );
  }

  app.get(
    `${RELEASE}/explain`,
    {
      config,
      schema: { summary: 'Tell what a release waits for', tags, params: FlagParams, response: { 200: ExplanationRep } },
    },
    async ({ params: { projectKey, flagKey } }): Promise<ExplanationRep> => {
      const project = await getProject(db, projectKey);
      const flag = await getFlag(db, project.id, flagKey);
      const release = await findLatestRelease(db, flag.id);
      if (!release) throw new NotFound('release of flag', flagKey);
      const environments = await listAllEnvironments(db, [project.id]);
      const keys = new Map(environments.map(({ id, key }) => [id, key]));
      const rolloutIds = release.phases.flatMap(({ audiences }) =>
        audiences.flatMap(({ rolloutId }) => rolloutId ?? []),
      );
      const waits = explain(release, { runs: await findRuns(db, rolloutIds) });
      return {
        _links: {
          self: apiLink('projects', projectKey, 'flags', flagKey, 'release', 'explain'),
          release: apiLink('flags', projectKey, flagKey, 'release'),
        },
        state: releaseState(release),
        waits: waits.map((wait) => toWait(wait, keys)),
      };
    },
  );

  app.post(
    `${RELEASE}/simulation`,
    {
      config,
      schema: {
        summary: 'Tell what a release would do',
        tags,
        params: FlagParams,
        body: SimulationPost,
        response: { 200: SimulationRep },
      },
    },
    async ({ actor, params, body }) => {
      const { releasePipelineKey: pipelineKey, releaseVariationId: variationId } = body;
      const { steps, conflicts, completesAt } = await simulateRelease(deps, {
        actor,
        ...params,
        pipelineKey,
        variationId,
      });
      return {
        steps: steps.map((step) => ({ ...step, words: [...step.words] })),
        conflicts: [...conflicts],
        ...(completesAt !== undefined && { completesAt }),
      };
    },
  );

  app.post(
    '/projects/:projectKey/releases/pause',
    {
      config,
      schema: {
        summary: 'Pause all running releases',
        tags,
        params: ProjectParams,
        body: Type.Optional(PauseAllPost),
        response: { 200: PausedCollection },
      },
    },
    async ({ actor, params, body }) => {
      const paused = await pauseReleases(deps, { actor, ...params, ...body });
      const items = paused.map(({ flagKey, release }) => ({
        flagKey,
        releasePipelineKey: release.pipelineKey,
        _links: { release: apiLink('flags', params.projectKey, flagKey, 'release') },
      }));
      return { items, totalCount: items.length };
    },
  );
}

function toWait({ environmentIds, memberIds, teamKeys, ...wait }: Wait, keys: ReadonlyMap<string, string>) {
  return {
    ...wait,
    environmentKeys: environmentIds.flatMap((id) => keys.get(id) ?? []),
    memberIds: [...memberIds],
    teamKeys: [...teamKeys],
  };
}
