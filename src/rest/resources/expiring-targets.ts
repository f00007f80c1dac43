import { Type } from 'typebox';
import { type ExpiringTarget, getConfig } from '../../domain/flag/flag.ts';
import { patchExpiringTargets } from '../../operations/patch-expiring-targets.ts';
import type { Deps } from '../../operations/write.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { ExpiringTargetList, ExpiringTargetParams, ExpiringTargetResults } from '../../wire/rest/expiring-target.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { parseSemanticPatch } from '../patch-body.ts';
import { type TargetPlace, toExpiringTargetRep, toExpiringUserTargetRep } from '../representations/expiring-target.ts';

/** Two views of the same dates: of contexts of all kinds, and the older one of users alone. */
const FLAVOURS = [
  {
    segment: 'expiring-targets',
    noun: 'expiring targets',
    kinds: ['addExpiringTarget', 'updateExpiringTarget', 'removeExpiringTarget'],
    isShown: () => true,
    toRep: toExpiringTargetRep,
  },
  {
    segment: 'expiring-user-targets',
    noun: 'expiring user targets',
    kinds: ['addExpireUserTargetDate', 'updateExpireUserTargetDate', 'removeExpireUserTargetDate'],
    isShown: ({ contextKind }: ExpiringTarget) => contextKind === 'user',
    toRep: toExpiringUserTargetRep,
  },
] as const;

/** When individual targets of a flag end: list and patch. */
export function expiringTargetRoutes(app: RestApp, deps: Deps): void {
  for (const flavour of FLAVOURS) addRoutes(app, deps, flavour);
}

function addRoutes(app: RestApp, deps: Deps, flavour: (typeof FLAVOURS)[number]): void {
  const { db } = deps.database;
  const path = `/flags/:projectKey/:flagKey/${flavour.segment}/:environmentKey`;
  const tags = ['Feature flags'];
  const toBody = (targets: readonly ExpiringTarget[], place: TargetPlace) => ({
    _links: { self: apiLink('flags', place.projectKey, place.flagKey, flavour.segment, place.environmentKey) },
    items: targets.filter(flavour.isShown).map((target) => flavour.toRep(target, place)),
  });

  app.get(
    path,
    {
      schema: {
        summary: `Get the ${flavour.noun} of a flag`,
        tags,
        params: ExpiringTargetParams,
        response: { 200: ExpiringTargetList },
      },
    },
    async (request) => {
      const { projectKey, flagKey, environmentKey } = request.params;
      const project = await getProject(db, projectKey);
      const flag = await getFlag(db, project.id, flagKey);
      return toBody(getConfig(flag, environmentKey).expiringTargets, request.params);
    },
  );

  app.patch(
    path,
    {
      schema: {
        summary: `Update the ${flavour.noun} of a flag`,
        tags,
        params: ExpiringTargetParams,
        body: Type.Unknown({
          description: 'Instructions, and a comment; each instruction succeeds or fails on its own',
        }),
        response: { 200: ExpiringTargetResults },
      },
    },
    async (request) => {
      const { patch, comment } = parseSemanticPatch(request.body);
      const { instructions } = patch;
      const { targets, failures } = await patchExpiringTargets(deps, {
        actor: request.actor,
        ...request.params,
        instructions,
        kinds: flavour.kinds,
        comment,
      });
      return {
        ...toBody(targets, request.params),
        totalInstructions: instructions.length,
        successfulInstructions: instructions.length - failures.length,
        failedInstructions: failures.length,
        errors: [...failures],
      };
    },
  );
}
