import type { RunStatus } from '../rollout/run.ts';
import type { PhaseGate, Release, Starter } from './release.ts';
import type { StartSettings } from './start-settings.ts';

/**
 * What has become of an approval: open still, applied, refused, gone, approved and not possible any more, or about what is
 * there already.
 */
export type ApprovalOutcome = 'open' | 'applied' | 'declined' | 'gone' | 'failed' | 'moot';

/** What a look at the world has found of the things that a release waits for, by their ids. */
export interface Observations {
  readonly approvals: ReadonlyMap<string, ApprovalOutcome>;
  readonly rollouts: ReadonlyMap<string, RunStatus>;
  /** Gates at which everybody who is asked agrees, as `gateKey` writes them. */
  readonly openGates: ReadonlySet<string>;
}

export const NOTHING_OBSERVED: Observations = { approvals: new Map(), rollouts: new Map(), openGates: new Set() };

/** What can happen to a release. */
export type ReleaseEvent =
  | { readonly kind: 'created' }
  | {
      readonly kind: 'phaseStarted';
      readonly phaseId: string;
      readonly by: Starter;
      readonly settings?: StartSettings | undefined;
    }
  /** Time has passed, or something else has moved: go on as far as possible. */
  | { readonly kind: 'looked'; readonly seen: Observations }
  /** Answers to `releaseToAudience`. */
  | {
      readonly kind: 'audienceApplied';
      readonly audienceId: string;
      readonly ruleIds: readonly string[];
      readonly rolloutId?: string | undefined;
    }
  | { readonly kind: 'approvalAsked'; readonly audienceId: string; readonly approvalId: string }
  | { readonly kind: 'audienceFailed'; readonly audienceId: string; readonly reason: string }
  | { readonly kind: 'environmentDeleted'; readonly environmentId: string }
  | { readonly kind: 'paused'; readonly by: Starter; readonly reason?: string | undefined }
  | { readonly kind: 'resumed' }
  /** The flag was archived, moved to another pipeline, or somebody has had enough. */
  | { readonly kind: 'canceled' }
  /** All that it changed was taken back. */
  | { readonly kind: 'rolledBack' };

/** What the world has to do because of an event; carried out in the transaction that stores the release. */
export type ReleaseEffect =
  /** Serve the release variation to the audience, or ask for the approval of it; answered by an event. */
  | { readonly kind: 'releaseToAudience'; readonly phaseId: string; readonly audienceId: string }
  /** Ask everybody who has a say in it, if they have not been asked. */
  | { readonly kind: 'askGates'; readonly phaseId: string; readonly gate: PhaseGate }
  /** Nobody waits for that approval any more. */
  | { readonly kind: 'closeApproval'; readonly approvalId: string }
  /** Leave the traffic of a rollout as it is, and watch no more. */
  | { readonly kind: 'parkRollout'; readonly rolloutId: string }
  /** Send `looked` at that time. */
  | { readonly kind: 'wake'; readonly dueAtMs: number };

/** The release after an event. `release` is the very same object when nothing has changed. */
export interface Advance {
  readonly release: Release;
  readonly effects: readonly ReleaseEffect[];
}
