import { jsonEquals } from '../json.ts';
import type { Flag, FlagConfig } from './flag.ts';

/**
 * Gives a changed flag its versions and dates (docs/wire/flags.md, "Which version changes"): an environment whose own
 * configuration changed counts one up and is modified now; a change of the flag itself counts the flag up, and every
 * environment too when SDKs must see it. Dates on which targets end are no change of a configuration. Whatever changed
 * in one request, each counts up at most once.
 */
export function settleVersions(before: Flag, after: Flag, now: number): Flag {
  const isForEverySdk = !jsonEquals(sdkVisible(before), sdkVisible(after));
  const isMoved = isForEverySdk && hasMovedPositions(before, after);
  const environments = Object.entries(after.environments).map(([key, config]): [string, FlagConfig] => {
    const old = before.environments[key];
    const isChanged = old !== undefined && (isMoved || !jsonEquals(targeting(old), targeting(config)));
    if (!old || (!isChanged && !isForEverySdk)) return [key, config];
    return [key, { ...config, version: old.version + 1, lastModified: isChanged ? now : old.lastModified }];
  });
  const isFlagChanged = !jsonEquals({ ...before, environments: {} }, { ...after, environments: {} });
  return {
    ...after,
    version: isFlagChanged ? before.version + 1 : before.version,
    environments: Object.fromEntries(environments),
  };
}

/** Whether a variation that is still there has another position, and so every configuration other positions in it. */
export function hasMovedPositions(before: Flag, after: Flag): boolean {
  return before.variations.some(({ id }, index) => {
    const place = after.variations.findIndex((variation) => variation.id === id);
    return place >= 0 && place !== index;
  });
}

function targeting({ expiringTargets: _dates, ...config }: FlagConfig): unknown {
  return config;
}

/** The parts of the flag itself that reach SDKs in every environment; names and descriptions do not. */
function sdkVisible(flag: Flag): unknown {
  return {
    values: flag.variations.map(({ id, value }) => ({ id, value })),
    availability: flag.clientSideAvailability,
    isArchived: flag.archivedAt !== undefined,
  };
}
