import { Fields } from '../fields.ts';
import { readGuardianConfiguration } from './guardian-configuration.ts';
import type { AudienceConfiguration, GuardianConfiguration } from './pipeline.ts';
import type { ReleaseAudience, ReleasePhase } from './release.ts';

/** What whoever starts a phase says of one of its audiences, in place of what the pipeline says. */
interface AudienceSettings
  extends Partial<Pick<AudienceConfiguration, 'releaseGuardianConfiguration' | 'notifyMemberIds' | 'notifyTeamKeys'>> {
  readonly audienceId: string;
}

export type StartSettings = readonly AudienceSettings[];

/**
 * Reads `audiences` of a start (docs/wire/releases.md, "Start a phase"). Guardian settings are laid over those of the
 * pipeline; for audiences that are not watched they are ignored.
 * @throws InvalidRequest naming the bad field, also for an audience that is not of this phase
 */
export function readStartSettings(phase: ReleasePhase, given: readonly unknown[]): StartSettings {
  return given.map((element, index) => {
    const fields = new Fields(element, `audiences[${index}].`);
    const audienceId = fields.string('audienceId');
    const audience = phase.audiences.find(({ id }) => id === audienceId);
    if (!audience) return fields.fail('audienceId', 'the id of an audience of this phase');
    const notifyMemberIds = fields.optional('notifyMemberIds', fields.strings);
    const notifyTeamKeys = fields.optional('notifyTeamKeys', fields.strings);
    return {
      audienceId,
      ...(notifyMemberIds && { notifyMemberIds }),
      ...(notifyTeamKeys && { notifyTeamKeys }),
      ...readGuardian(fields, audience),
    };
  });
}

function readGuardian(fields: Fields, { configuration }: ReleaseAudience): Partial<AudienceSettings> {
  const { releaseStrategy, releaseGuardianConfiguration: guardian } = configuration;
  const own = fields.optional('releaseGuardianConfiguration', fields.object);
  const isWatched = releaseStrategy === 'monitored-release' || releaseStrategy === 'progressive-release';
  if (!own || !guardian || !isWatched) return {};
  const laidOver = { ...withoutReplaced(guardian, own), ...Object.fromEntries(own.entries()) };
  const at = `${fields.path('releaseGuardianConfiguration')}.`;
  return { releaseGuardianConfiguration: readGuardianConfiguration(new Fields(laidOver, at), releaseStrategy) };
}

/** One stage is set by a weight and a window, several by `stages`: whichever is given takes the place of the other. */
function withoutReplaced(guardian: GuardianConfiguration, own: Fields): Partial<GuardianConfiguration> {
  const { stages, rolloutWeight, monitoringWindowMilliseconds, ...others } = guardian;
  if (own.has('stages')) return others;
  const saysOneStage = own.has('rolloutWeight') || own.has('monitoringWindowMilliseconds');
  return { ...others, rolloutWeight, monitoringWindowMilliseconds, ...(!saysOneStage && stages && { stages }) };
}

/** A phase with the settings that it is started with. */
export function withStartSettings(phase: ReleasePhase, settings: StartSettings = []): ReleasePhase {
  if (settings.length === 0) return phase;
  const audiences = phase.audiences.map((audience) => {
    const { audienceId, ...own } = settings.find((one) => one.audienceId === audience.id) ?? {};
    return audienceId === undefined ? audience : { ...audience, configuration: { ...audience.configuration, ...own } };
  });
  return { ...phase, audiences };
}
