import type { Json } from '../json.ts';
import type { ClientSideAvailability } from '../project.ts';

/*
 * Flags as server-side SDKs receive and evaluate them (docs/wire/sdk.md, "Flag JSON"). Every member is always
 * there, arrays are never absent and nothing is null but what the strictest SDK reads as null: one ill-typed member
 * costs that SDK its whole data set.
 */

export interface SdkFlag {
  readonly key: string;
  readonly version: number;
  readonly on: boolean;
  readonly prerequisites: readonly SdkPrerequisite[];
  /** Individual targets of kind `user`. */
  readonly targets: readonly SdkTarget[];
  /** Individual targets in the order they are tried; those of kind `user` stand empty here and full in `targets`. */
  readonly contextTargets: readonly SdkTarget[];
  readonly rules: readonly SdkRule[];
  readonly fallthrough: SdkServe;
  readonly offVariation: number | null;
  readonly variations: readonly Json[];
  readonly clientSideAvailability: ClientSideAvailability;
  readonly clientSide: boolean;
  readonly salt: string;
  readonly trackEvents: boolean;
  readonly trackEventsFallthrough: boolean;
  readonly debugEventsUntilDate: number | null;
  readonly deleted: false;
  /** Migration flags only. */
  readonly migration?: { readonly checkRatio: number };
}

/** Another flag that must be on and serve that variation of its own. */
export interface SdkPrerequisite {
  readonly key: string;
  readonly variation: number;
}

export interface SdkTarget {
  readonly contextKind: string;
  readonly values: readonly string[];
  readonly variation: number;
}

export interface SdkRule extends SdkServe {
  readonly id: string;
  readonly clauses: readonly SdkClause[];
  readonly trackEvents: boolean;
}

export interface SdkClause {
  readonly contextKind: string;
  readonly attribute: string;
  readonly op: string;
  readonly values: readonly Json[];
  readonly negate: boolean;
}

/** Exactly one of the two. */
export interface SdkServe {
  readonly variation?: number;
  readonly rollout?: SdkRollout;
}

export interface SdkRollout {
  readonly kind: 'rollout' | 'experiment';
  readonly contextKind: string;
  readonly bucketBy?: string;
  /** Sets buckets apart in place of the flag's key and salt. */
  readonly seed?: number;
  readonly variations: readonly {
    readonly variation: number;
    readonly weight: number;
    /** Served, but no part of the experiment. */
    readonly untracked?: boolean;
  }[];
}

/** A segment as server-side SDKs receive and evaluate it (docs/wire/sdk.md, "Segment JSON"). */
export interface SdkSegment {
  readonly key: string;
  readonly version: number;
  /** Keys of kind `user`; other kinds have lists of their own. */
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  readonly includedContexts: readonly SdkSegmentTarget[];
  readonly excludedContexts: readonly SdkSegmentTarget[];
  readonly rules: readonly SdkSegmentRule[];
  readonly salt: string;
  /** Members are kept in a store of their own. */
  readonly unbounded?: true;
  readonly unboundedContextKind?: string;
  readonly generation: number;
  readonly deleted: false;
}

export interface SdkSegmentTarget {
  readonly contextKind: string;
  readonly values: readonly string[];
}

export interface SdkSegmentRule {
  readonly id: string;
  readonly clauses: readonly SdkClause[];
  /** Thousandths of a percent; everybody when absent. */
  readonly weight?: number;
  readonly rolloutContextKind?: string;
  readonly bucketBy?: string;
}
