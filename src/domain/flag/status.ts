import { type Flag, type FlagConfig, servedVariationIds } from './flag.ts';

/** How a flag is used in an environment. */
export type FlagStatusName = 'new' | 'active' | 'inactive' | 'launched';

const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * The status of a flag in an environment (docs/wire/flag-statuses.md). Times are Unix milliseconds.
 * @param lastRequestedAt when an SDK last evaluated the flag; undefined when none did since it was created
 */
export function flagStatus(subject: {
  readonly flag: Pick<Flag, 'createdAt'>;
  readonly config: FlagConfig;
  readonly environmentCreatedAt: number;
  readonly lastRequestedAt: number | undefined;
  readonly now: number;
}): FlagStatusName {
  const { flag, config, environmentCreatedAt, lastRequestedAt, now } = subject;
  const isWithinSevenDays = (time: number) => now - time < SEVEN_DAYS_MS;
  if (lastRequestedAt === undefined || !isWithinSevenDays(lastRequestedAt)) {
    const isYoung = isWithinSevenDays(Math.max(flag.createdAt, environmentCreatedAt));
    return lastRequestedAt === undefined && isYoung ? 'new' : 'inactive';
  }
  const isLaunched = config.on && servesOneVariation(config) && !isWithinSevenDays(config.lastModified);
  return isLaunched ? 'launched' : 'active';
}

/** Whether a configuration that is on leads to the same variation whoever asks; unmet prerequisites serve the off one. */
function servesOneVariation(config: FlagConfig): boolean {
  const served = new Set([
    ...config.targets.map(({ variationId }) => variationId),
    ...config.rules.filter(({ isDisabled }) => !isDisabled).flatMap(({ serve }) => servedVariationIds(serve)),
    ...servedVariationIds(config.fallthrough),
    ...(config.prerequisites.length > 0 ? [config.offVariationId] : []),
  ]);
  return served.size === 1;
}
