import type { Json } from '../json.ts';
import type { Evaluation, Reason } from './evaluation.ts';
import type { SdkFlag } from './sdk-model.ts';

/** Whom flags are shown to, which decides what flags there are: servers see all. */
export type Viewer = 'server' | 'mobile' | 'browser';

/** A flag as client-side SDKs get it: evaluated for their context (docs/wire/client-side.md, "Evaluated flags"). */
export interface ClientFlag {
  /** `null` where code gets its own default. */
  readonly value: Json;
  readonly variation: number | null;
  /** Rises whenever the value may have changed, for whatever reason. */
  readonly version: number;
  /** The version of the flag itself, which SDKs name in events. */
  readonly flagVersion: number;
  readonly trackEvents?: true;
  /** Events of the flag are to have the reason in them. */
  readonly trackReason?: true;
  readonly reason?: Reason;
  readonly debugEventsUntilDate?: number;
  /** Keys of the prerequisites that were looked at, which are evaluated with the flag. */
  readonly prerequisites?: readonly string[];
}

/** What the evaluation of a flag does not tell. */
export interface ClientFlagSettings {
  readonly version: number;
  readonly withReasons: boolean;
  /** Whether the SDK sees the flag of that key. */
  readonly sees: (flagKey: string) => boolean;
}

/** Whether a viewer may see a flag. */
export function isVisible({ clientSideAvailability }: SdkFlag, viewer: Viewer): boolean {
  if (viewer === 'server') return true;
  return viewer === 'mobile' ? clientSideAvailability.usingMobileKey : clientSideAvailability.usingEnvironmentId;
}

/** An evaluated flag as client-side SDKs get it (docs/wire/client-side.md, "Evaluated flags"). */
export function toClientFlag(
  flag: SdkFlag,
  { value, variationIndex, reason }: Evaluation,
  { version, withReasons, sees }: ClientFlagSettings,
): ClientFlag {
  const isTracked = isExperiment(flag, reason);
  const prerequisites = evaluatedPrerequisites(flag, reason).filter(sees);
  return {
    value,
    variation: variationIndex,
    version,
    flagVersion: flag.version,
    ...((flag.trackEvents || isTracked) && { trackEvents: true }),
    ...(isTracked && { trackReason: true }),
    ...((withReasons || isTracked) && { reason }),
    ...(flag.debugEventsUntilDate !== null && { debugEventsUntilDate: flag.debugEventsUntilDate }),
    ...(prerequisites.length > 0 && { prerequisites }),
  };
}

function isExperiment(flag: SdkFlag, reason: Reason): boolean {
  if (reason.kind === 'FALLTHROUGH') return reason.inExperiment === true || flag.trackEventsFallthrough;
  if (reason.kind !== 'RULE_MATCH') return false;
  return reason.inExperiment === true || flag.rules[reason.ruleIndex]?.trackEvents === true;
}

/** The direct prerequisites of a flag, up to the first that failed; none where the flag is off or broken. */
function evaluatedPrerequisites({ prerequisites }: SdkFlag, reason: Reason): readonly string[] {
  if (reason.kind === 'OFF' || reason.kind === 'ERROR') return [];
  const keys = prerequisites.map(({ key }) => key);
  return reason.kind === 'PREREQUISITE_FAILED' ? keys.slice(0, keys.indexOf(reason.prerequisiteKey) + 1) : keys;
}
