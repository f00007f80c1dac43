import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Api, ApiRequest, Outcome } from './api.ts';
import {
  ABSENT,
  type Change,
  CREATED,
  type Ledger,
  type SharedFlag,
  type TimedFlag,
  type TrackedFlag,
} from './ledger.ts';

const WRITERS = 4;
const FLAGS_OF_WRITER = 6;
const TAGGERS = 2;
/** A flag may have 64 tags. */
const MOST_TAGS = 60;
const SENDERS = 4;
/** One flag in so many that could be changed is deleted. */
const DELETED_ONE_IN = 15;
/** Counted evaluations of a batch. */
export const EVALUATIONS_OF_BATCH = 3;
/** Flags for timers that are made before a kill; they stay, to be looked at for ever. */
const TIMED_FLAGS = 4;
const TIMED_PAUSE_MS = 150;
/** How far in the future a change is scheduled. */
const SCHEDULED_IN_MS = 2_000;
/** SDKs wait a second before they send again; here there is less time. */
const RESEND_PAUSE_MS = 50;
/** The context that flags are targeted for. */
export const SOMEBODY = 'somebody';
export const COUNTED_FLAG = 'counted';
export const PIPELINE_KEY = 'auto';

const oneOf = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)];

/** Writes of all kinds at once, until they are told to end; what comes of them stands in the ledger. */
export class Load {
  readonly #api: Api;
  readonly #ledger: Ledger;
  readonly #sdkKey: string;
  readonly #round: number;
  #goesOn = true;
  #count = 0;
  readonly #ended: Promise<unknown>;

  constructor(api: Api, ledger: Ledger, given: { readonly sdkKey: string; readonly round: number }) {
    this.#api = api;
    this.#ledger = ledger;
    this.#sdkKey = given.sdkKey;
    this.#round = given.round;
    const shared: SharedFlag = { key: `shared-${given.round}`, added: new Set(), inDoubt: new Set() };
    const times = (count: number, run: (index: number) => Promise<void>) =>
      Array.from({ length: count }, (_, index) => run(index));
    this.#ended = Promise.all([
      ...times(WRITERS, (index) => this.#write(index)),
      this.#share(shared),
      ...times(SENDERS, () => this.#sendEvents()),
      this.#setTimers(),
    ]);
  }

  /** Lets everything that is under way end. */
  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#ended;
  }

  /** Changes flags of its own, one change at a time. */
  async #write(writer: number): Promise<void> {
    const isOwn = ({ key }: TrackedFlag) => key.startsWith(`writer-${writer}-`);
    while (this.#goesOn) {
      const own = this.#ledger.tracked.filter((flag) => isOwn(flag) && !this.#ledger.deleted.has(flag.key));
      const name = `writer-${writer}-${this.#round}-${this.#count++}`;
      const flag = own.length < FLAGS_OF_WRITER ? this.#ledger.track(name) : oneOf(own.filter(({ doubt }) => !doubt));
      if (!flag) return;
      const change = nextChange(flag, `${name}-${randomUUID().slice(0, 8)}`);
      const outcome = await this.#api.send(change.request);
      this.#ledger.settle(flag, change, outcome);
      if (!flag.state.exists || !outcome.isAnswered || outcome.status >= 300) continue;
      const { variations } = outcome.body as { variations: { _id: string }[] };
      flag.variationIds = variations.map(({ _id }) => _id);
    }
  }

  /** Adds tags to one flag from several sides, so that processes meet. */
  async #share(shared: SharedFlag): Promise<void> {
    if (!(await this.#create(shared.key))) return;
    this.#ledger.shared.push(shared);
    const tag = async () => {
      while (this.#goesOn && shared.added.size + shared.inDoubt.size < MOST_TAGS) {
        const comment = `tag-${this.#round}-${this.#count++}`;
        const instructions = [{ kind: 'addTags', values: [comment] }];
        const request = patch(shared.key, { comment, instructions });
        const outcome = await this.#api.send(request);
        if (!outcome.isAnswered) {
          this.#ledger.unanswered++;
          shared.inDoubt.add(comment);
        } else if (outcome.status < 300) {
          shared.added.add(comment);
          this.#ledger.acknowledged.add(comment);
        } else this.#ledger.refuse(request, outcome);
        await setTimeout(20);
      }
    };
    await Promise.all(Array.from({ length: TAGGERS }, tag));
  }

  /** Sends batches of events, each again and again until it is taken, as SDKs do. */
  async #sendEvents(): Promise<void> {
    const counters = [{ variation: 0, version: 1, count: EVALUATIONS_OF_BATCH }];
    const now = () => Date.now();
    while (this.#goesOn) {
      const payloadId = randomUUID();
      const features = { [COUNTED_FLAG]: { default: false, contextKinds: ['user'], counters } };
      const events = [{ kind: 'summary', startDate: now(), endDate: now(), features }];
      for (let outcome = await this.#sendBatch(payloadId, events); ; this.#ledger.resent++) {
        if (outcome.isAnswered && outcome.status === 202) break;
        if (outcome.isAnswered) this.#ledger.refuse({ method: 'POST', path: 'bulk' }, outcome);
        await setTimeout(RESEND_PAUSE_MS);
        outcome = await this.#sendBatch(payloadId, events);
      }
      this.#ledger.batches++;
    }
  }

  #sendBatch(payloadId: string, events: readonly unknown[]): Promise<Outcome> {
    return this.#api.sendEvents(this.#sdkKey, payloadId, events);
  }

  /** Has releases and scheduled changes turn flags on. */
  async #setTimers(): Promise<void> {
    for (let count = 0; count < TIMED_FLAGS && this.#goesOn; count++) {
      const by = count % 2 === 0 ? 'release' : 'schedule';
      const flag: TimedFlag = { key: `${by}-${this.#round}-${count}`, by, hasFlag: false, hasTimer: false };
      this.#ledger.timed.push(flag);
      flag.hasFlag = await this.#create(flag.key);
      if (!flag.hasFlag) continue;
      const request = by === 'release' ? release(flag.key) : schedule(flag.key);
      const outcome = await this.#api.send(request);
      if (!outcome.isAnswered) this.#ledger.unanswered++;
      else if (outcome.status < 300) flag.hasTimer = true;
      else this.#ledger.refuse(request, outcome);
      await setTimeout(TIMED_PAUSE_MS);
    }
  }

  async #create(key: string): Promise<boolean> {
    const request = create(key);
    const outcome = await this.#api.send(request);
    if (!outcome.isAnswered) this.#ledger.unanswered++;
    else if (outcome.status >= 300) this.#ledger.refuse(request, outcome);
    return outcome.isAnswered && outcome.status < 300;
  }
}

export const create = (key: string): ApiRequest => ({
  method: 'POST',
  path: 'flags/default',
  body: { key, name: key },
});
const patch = (key: string, body: object): ApiRequest => ({ method: 'PATCH', path: `flags/default/${key}`, body });
const release = (key: string): ApiRequest => ({
  method: 'PUT',
  path: `projects/default/flags/${key}/release`,
  body: { releasePipelineKey: PIPELINE_KEY },
});
const schedule = (key: string): ApiRequest => ({
  method: 'POST',
  path: `projects/default/flags/${key}/environments/production/scheduled-changes`,
  body: { executionDate: Date.now() + SCHEDULED_IN_MS, instructions: [{ kind: 'turnFlagOn' }] },
});

/** Any change that the flag can have now. */
function nextChange({ key, state, variationIds }: TrackedFlag, comment: string): Change {
  // Creating and deleting take no comment; their entries are counted by the flag.
  if (!state.exists) return { comment: `created ${key}`, request: create(key), after: CREATED };
  if (Math.random() < 1 / DELETED_ONE_IN) {
    return { comment: `deleted ${key}`, request: { method: 'DELETE', path: `flags/default/${key}` }, after: ABSENT };
  }
  const change = (instruction: object, after: Partial<typeof state>): Change => ({
    comment,
    request: patch(key, { environmentKey: 'production', comment, instructions: [instruction] }),
    after: { ...state, ...after, version: state.version + 1 },
  });
  const other = 1 - state.served;
  const targets = { contextKind: 'user', values: [SOMEBODY], variationId: variationIds[state.targeted ?? other] };
  const changes = [
    change({ kind: state.isOn ? 'turnFlagOff' : 'turnFlagOn' }, { isOn: !state.isOn }),
    change({ kind: 'updateFallthroughVariationOrRollout', variationId: variationIds[other] }, { served: other }),
    state.targeted === undefined
      ? change({ kind: 'addTargets', ...targets }, { targeted: other })
      : change({ kind: 'removeTargets', ...targets }, { targeted: undefined }),
  ];
  return oneOf(changes) ?? change({ kind: 'turnFlagOn' }, { isOn: true });
}
