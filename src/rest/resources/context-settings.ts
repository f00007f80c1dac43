import { Type } from 'typebox';
import type { Json } from '../../domain/json.ts';
import { setForContext } from '../../operations/context-settings.ts';
import type { Deps } from '../../operations/write.ts';
import { SettingPut } from '../../wire/rest/contexts.ts';
import type { RestApp } from '../app.ts';

const text = (description: string) => Type.String({ description });

/** What a context is to be served by a flag; and the same for users, as older clients call them. */
export function contextSettingRoutes(app: RestApp, deps: Deps): void {
  const common = { body: SettingPut, response: { 204: Type.Null() } };

  app.put(
    '/projects/:projectKey/environments/:environmentKey/contexts/:contextKind/:contextKey/flags/:flagKey',
    {
      schema: {
        summary: 'Target a context by its key',
        tags: ['Context settings'],
        params: Type.Object({
          projectKey: text('The project key'),
          environmentKey: text('The environment key'),
          contextKind: text('The context kind'),
          contextKey: text('The context key'),
          flagKey: text('The flag key'),
        }),
        ...common,
      },
    },
    async ({ actor, params, body: { setting = null, comment } }, reply) => {
      await setForContext(deps, { actor, ...params, setting: setting as Json, comment });
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/users/:projectKey/:environmentKey/:userKey/flags/:flagKey',
    {
      schema: {
        summary: 'Target a user by its key',
        tags: ['User settings'],
        params: Type.Object({
          projectKey: text('The project key'),
          environmentKey: text('The environment key'),
          userKey: text('The user key'),
          flagKey: text('The flag key'),
        }),
        ...common,
      },
    },
    async ({ actor, params: { userKey, ...place }, body: { setting = null, comment } }, reply) => {
      const context = { contextKind: 'user', contextKey: userKey };
      await setForContext(deps, { actor, ...place, ...context, setting: setting as Json, comment });
      return reply.code(204).send(null);
    },
  );
}
