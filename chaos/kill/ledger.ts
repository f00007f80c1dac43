import type { ApiRequest, Outcome } from './api.ts';

/** What production is known to have of a flag that only one writer changes. */
export interface FlagState {
  readonly exists: boolean;
  readonly version: number;
  readonly isOn: boolean;
  /** The index of the variation for everybody. */
  readonly served: number;
  /** The index of the variation that `somebody` is targeted with. */
  readonly targeted: number | undefined;
}

export const ABSENT: FlagState = { exists: false, version: 0, isOn: false, served: 0, targeted: undefined };
export const CREATED: FlagState = { ...ABSENT, exists: true, version: 1 };

/** A change that is sent once: with its own comment, so that the audit log tells how often it was carried out. */
export interface Change {
  readonly comment: string;
  readonly request: ApiRequest;
  readonly after: FlagState;
}

/** A flag and what is known of it. */
export interface TrackedFlag {
  readonly key: string;
  state: FlagState;
  /** A change without an answer: it was carried out, or it was not. Nothing is sent until that is known. */
  doubt: Change | undefined;
  variationIds: readonly string[];
}

/** A flag that everybody adds tags to at once, each a tag of its own. */
export interface SharedFlag {
  readonly key: string;
  readonly added: Set<string>;
  readonly inDoubt: Set<string>;
}

/** A flag that a timer is to turn on: a release in both environments, or a scheduled change in production. */
export interface TimedFlag {
  readonly key: string;
  readonly by: 'release' | 'schedule';
  /** Whether the flag, and what sets the timer, were acknowledged. Without an answer they may be there all the same. */
  hasFlag: boolean;
  hasTimer: boolean;
}

/** Everything that was acknowledged, and everything that got no answer. */
export class Ledger {
  readonly tracked: TrackedFlag[] = [];
  /** Keys of flags whose deletion was acknowledged. */
  readonly deleted = new Set<string>();
  readonly shared: SharedFlag[] = [];
  readonly timed: TimedFlag[] = [];
  /** Comments of changes that were acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Comments of changes that turned out not to have been carried out. */
  readonly undone = new Set<string>();
  /** Batches of events that were acknowledged, each once. */
  batches = 0;
  /** How often a batch was sent once more. */
  resent = 0;
  /** Requests without an answer, batches of events left out. */
  unanswered = 0;
  /** Answers that nobody should get. */
  readonly refusals: string[] = [];

  /** Writes and batches that were acknowledged. */
  get answers(): number {
    return this.acknowledged.size + this.batches;
  }

  track(key: string): TrackedFlag {
    const flag: TrackedFlag = { key, state: ABSENT, doubt: undefined, variationIds: [] };
    this.tracked.push(flag);
    return flag;
  }

  /** Takes note of what came of a change of a flag. */
  settle(flag: TrackedFlag, change: Change, outcome: Outcome): void {
    if (!outcome.isAnswered) {
      this.unanswered++;
      flag.doubt = change;
    } else if (outcome.status < 300) this.#apply(flag, change);
    else this.refuse(change.request, outcome);
  }

  /** Ends a doubt, once it is known what became of the change. */
  resolve(flag: TrackedFlag, wasCarriedOut: boolean): void {
    const change = flag.doubt;
    if (!change) return;
    flag.doubt = undefined;
    if (wasCarriedOut) this.#apply(flag, change);
    else this.undone.add(change.comment);
  }

  refuse(request: Pick<ApiRequest, 'method' | 'path'>, outcome: Outcome): void {
    this.refusals.push(`${request.method} ${request.path} got ${JSON.stringify(outcome).slice(0, 300)}`);
  }

  #apply(flag: TrackedFlag, change: Change): void {
    flag.state = change.after;
    this.acknowledged.add(change.comment);
    // Creating and deleting have the same comment when they are tried again.
    this.undone.delete(change.comment);
    if (!change.after.exists) this.deleted.add(flag.key);
  }
}
