import type { ReleasePolicy } from '../release/release-policy.ts';
import type { Flag } from './flag.ts';

/** What lies around a flag and its changes may speak of: as much of it as a change needs. */
export interface Surroundings {
  /**
   * Other flags of the project by key: those that the flag or the change names as prerequisites, and all that these
   * need in turn.
   */
  readonly flags: ReadonlyMap<string, Flag>;
  /** Members and teams that exist, of those that the change names. */
  readonly memberIds: ReadonlySet<string>;
  readonly teamKeys: ReadonlySet<string>;
  /** Kinds of contexts that metrics are counted by, for those metrics of the project that the change names. */
  readonly metrics: ReadonlyMap<string, readonly string[]>;
  /** The metrics of metric groups that the change names. */
  readonly metricGroups: ReadonlyMap<string, readonly string[]>;
  /** How flags of the project are preferably released, in the order in which it is looked for. */
  readonly releasePolicies: readonly ReleasePolicy[];
}

/** For changes that speak of nothing outside the flag. */
export const NO_SURROUNDINGS: Surroundings = {
  flags: new Map(),
  memberIds: new Set(),
  teamKeys: new Set(),
  metrics: new Map(),
  metricGroups: new Map(),
  releasePolicies: [],
};
