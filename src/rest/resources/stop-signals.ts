import { stopRollouts } from '../../operations/rollouts/stop-rollouts.ts';
import type { Deps } from '../../operations/write.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import { StopSignalPost, StopSignalRep } from '../../wire/rest/stop-signal.ts';
import type { RestApp } from '../app.ts';

/** Rollouts are taken back by others: by Alertmanager, or anybody who posts a reason. */
export function stopSignalRoutes(app: RestApp, deps: Deps): void {
  app.post(
    '/projects/:projectKey/environments/:environmentKey/stop-signals',
    {
      schema: {
        summary: 'Take rollouts back to the original',
        tags: ['Stop signals'],
        params: EnvironmentParams,
        body: StopSignalPost,
        response: { 200: StopSignalRep },
      },
    },
    async ({ actor, params, body }) => {
      const stopped = await stopRollouts(deps, { actor, ...params, signal: body });
      return {
        totalCount: stopped.length,
        items: stopped.map(({ run, flagKey, reason }) => ({
          flagKey,
          rolloutId: run.id,
          status: run.status,
          reason,
        })),
      };
    },
  );
}
