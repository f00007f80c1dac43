import { InvalidRequest } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { show } from '../json.ts';
import { readGuardianConfiguration } from './guardian-configuration.ts';
import type { AudienceConfiguration, ReleaseStrategy } from './pipeline.ts';

/** Every spelling of a strategy that clients send, and the one that is kept. */
const STRATEGIES: Readonly<Record<string, ReleaseStrategy>> = {
  '': '',
  'immediate-rollout': 'immediate-rollout',
  immediateRollout: 'immediate-rollout',
  immediate: 'immediate-rollout',
  'monitored-release': 'monitored-release',
  monitoredRelease: 'monitored-release',
  'guarded-rollout': 'monitored-release',
  'progressive-release': 'progressive-release',
  progressiveRelease: 'progressive-release',
};
const MAX_NOTIFIED = 100;
const PLAIN: AudienceConfiguration = { releaseStrategy: '', requireApproval: false };

/** Reads `configuration` of an audience; at once and without approval when there is none. @throws InvalidRequest */
export function readAudienceConfiguration(audience: Fields, isLegacy: boolean): AudienceConfiguration {
  const fields = audience.optional('configuration', audience.object);
  if (!fields) return PLAIN;
  const releaseStrategy = readStrategy(fields);
  const requireApproval = fields.boolean('requireApproval');
  const notifyMemberIds = readNotified(fields, 'notifyMemberIds');
  const notifyTeamKeys = readNotified(fields, 'notifyTeamKeys');
  if (isLegacy) {
    const isPlain = releaseStrategy === '' && !requireApproval && !notifyMemberIds && !notifyTeamKeys;
    if (isPlain) return PLAIN;
    audience.fail('configuration', 'nothing, since audiences of legacy pipelines are only ticked off');
  }
  return {
    releaseStrategy,
    requireApproval,
    ...(notifyMemberIds && { notifyMemberIds }),
    ...(notifyTeamKeys && { notifyTeamKeys }),
    ...((releaseStrategy === 'monitored-release' || releaseStrategy === 'progressive-release') && {
      releaseGuardianConfiguration: readGuardianConfiguration(
        fields.object('releaseGuardianConfiguration'),
        releaseStrategy,
      ),
    }),
  };
}

function readStrategy(fields: Fields): ReleaseStrategy {
  const given = fields.string('releaseStrategy');
  const strategy = Object.hasOwn(STRATEGIES, given) ? STRATEGIES[given] : undefined;
  if (strategy !== undefined) return strategy;
  throw new InvalidRequest(
    `${fields.path('releaseStrategy')}: expected immediate-rollout, monitored-release, progressive-release or an empty text, got ${show(given)}`,
  );
}

/** Ids or keys of those who are told, each once; undefined when there are none. */
function readNotified(fields: Fields, name: string): readonly string[] | undefined {
  const notified = [...new Set(fields.optional(name, fields.strings) ?? [])];
  if (notified.length > MAX_NOTIFIED) fields.fail(name, `at most ${MAX_NOTIFIED}`);
  return notified.length > 0 ? notified : undefined;
}
