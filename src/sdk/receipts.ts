import type { Clock } from '../clock.ts';
import type { Viewer } from '../domain/evaluation/client-flag.ts';
import { countLatencies, KEPT_CHANGES, type LatencyCounts, noLatencies, withLatency } from '../domain/receipts.ts';
import type { ChangeReceipt, ConnectedSdks } from '../store/receipts.ts';
import type { ConnectedSdk } from './connected-sdk.ts';

/** Groups of an environment that are told apart; streams beyond them are told of without names. */
const MOST_GROUPS = 1_000;

/** An open stream, as far as figures go. */
interface OpenStream {
  readonly kind: Viewer;
  readonly sdk: ConnectedSdk;
  readonly openedAt: number;
  /** The newest payload version whose bytes have left; undefined before the first. */
  payloadVersion: number | undefined;
}

interface Change {
  readonly payloadVersion: number;
  readonly heardAt: number;
  counts: LatencyCounts;
  /** Deliveries of it that have been reported; undefined before the first report. */
  reported: number | undefined;
}

interface Environment {
  readonly streams: Set<OpenStream>;
  /** The newest payload version heard of; undefined before a stream has begun. */
  newest: number | undefined;
  /** The newest changes since, in their order. */
  changes: readonly Change[];
}

/** Takes what a stream has been sent. */
export interface Receipt {
  /** The bytes of everything up to this payload version have left. */
  reached(payloadVersion: number): void;
  close(): void;
}

/** What there is to tell of the streams of this process. */
export interface Report {
  readonly connected: readonly ConnectedSdks[];
  readonly changes: readonly ChangeReceipt[];
  /** Remembers that it has been stored. */
  done(): void;
}

/** Which version each open stream of this process was sent, and how long changes took (docs/wire/sdk.md, "Receipts"). */
export class Receipts {
  readonly #clock: Clock;
  readonly #delivered: (ms: number) => void;
  readonly #environments = new Map<string, Environment>();

  /** @param delivered hears of each change that has left for a stream, and of the milliseconds that it took */
  constructor(clock: Clock, delivered: (ms: number) => void = () => undefined) {
    this.#clock = clock;
    this.#delivered = delivered;
  }

  /** Takes note of a stream that is opened. */
  open(environmentId: string, kind: Viewer, sdk: ConnectedSdk): Receipt {
    const environment = this.#environments.get(environmentId) ?? newEnvironment();
    this.#environments.set(environmentId, environment);
    const stream: OpenStream = { kind, sdk, openedAt: this.#clock.now(), payloadVersion: undefined };
    environment.streams.add(stream);
    return {
      reached: (payloadVersion) => {
        for (const ms of reach(environment, stream, payloadVersion, this.#clock.now())) this.#delivered(ms);
      },
      close: () => environment.streams.delete(stream),
    };
  }

  /** Takes note that an environment has a newer payload version. */
  heard(environmentId: string, payloadVersion: number): void {
    const environment = this.#environments.get(environmentId);
    if (environment) hear(environment, payloadVersion, this.#clock.now());
  }

  /** What there is to tell now; environments without streams are told of for the last time. */
  report(): Report {
    const now = this.#clock.now();
    const environments = [...this.#environments];
    const unreported = environments.flatMap(([environmentId, { changes }]) =>
      changes
        .filter(({ counts, reported }) => countLatencies(counts) !== reported)
        .map((change) => ({ environmentId, change, counts: change.counts })),
    );
    return {
      connected: environments.flatMap(([id, environment]) => groupsOf(id, environment, now)),
      changes: unreported.map(({ environmentId, change: { payloadVersion, heardAt }, counts }) => {
        return { environmentId, payloadVersion, heardAt, counts };
      }),
      done: () => {
        for (const { change, counts } of unreported) change.reported = countLatencies(counts);
        for (const [id, { streams }] of this.#environments) if (streams.size === 0) this.#environments.delete(id);
      },
    };
  }
}

function newEnvironment(): Environment {
  return { streams: new Set(), newest: undefined, changes: [] };
}

/** Changes that nobody was there for have no figures. */
function hear(environment: Environment, payloadVersion: number, now: number): void {
  const { newest, streams, changes } = environment;
  if (newest === undefined || payloadVersion <= newest) return;
  environment.newest = payloadVersion;
  if (streams.size === 0) return;
  const first = Math.max(newest + 1, payloadVersion - KEPT_CHANGES + 1);
  const heard = Array.from({ length: payloadVersion - first + 1 }, (_, index) => {
    return { payloadVersion: first + index, heardAt: now, counts: noLatencies(), reported: undefined };
  });
  environment.changes = [...changes, ...heard].slice(-KEPT_CHANGES);
}

/** What a stream begins with is no delivery of the changes before. @returns how long each delivery took */
function reach(environment: Environment, stream: OpenStream, payloadVersion: number, now: number): readonly number[] {
  environment.newest ??= payloadVersion;
  hear(environment, payloadVersion, now);
  const before = stream.payloadVersion ?? payloadVersion;
  stream.payloadVersion = payloadVersion;
  const delivered = environment.changes.filter(
    (change) => before < change.payloadVersion && change.payloadVersion <= payloadVersion,
  );
  return delivered.map((change) => {
    const ms = now - Math.max(change.heardAt, stream.openedAt);
    change.counts = withLatency(change.counts, ms);
    return ms;
  });
}

interface Group extends Omit<ConnectedSdks, 'streams' | 'instances' | 'behindSince'> {
  streams: number;
  behindSince: number | undefined;
  /** Streams that do not say which instance they belong to count as one each. */
  unnamed: number;
  readonly instanceIds: Set<string>;
}

type Names = Pick<ConnectedSdks, 'sdkName' | 'sdkVersion' | 'applicationId' | 'applicationVersion'>;

const NO_NAMES: Names = { sdkName: '', sdkVersion: '', applicationId: '', applicationVersion: '' };

function groupsOf(environmentId: string, environment: Environment, now: number): readonly ConnectedSdks[] {
  const groups = new Map<string, Group>();
  for (const stream of environment.streams) {
    const { instanceId } = stream.sdk;
    const group = groupFor(groups, environmentId, stream);
    group.streams++;
    if (instanceId === undefined) group.unnamed++;
    else group.instanceIds.add(instanceId);
    const since = behindSince(environment, stream);
    if (since !== undefined) group.behindSince = Math.min(since, group.behindSince ?? now);
  }
  return [...groups.values()].map(({ unnamed, instanceIds, ...group }) => {
    return { ...group, instances: unnamed + instanceIds.size };
  });
}

function groupFor(groups: Map<string, Group>, environmentId: string, stream: OpenStream): Group {
  const { kind, sdk, payloadVersion = 0 } = stream;
  const keyOf = (names: Names) => JSON.stringify([kind, payloadVersion, ...Object.values(names)]);
  const named = {
    sdkName: sdk.name,
    sdkVersion: sdk.version,
    applicationId: sdk.applicationId,
    applicationVersion: sdk.applicationVersion,
  };
  const names = groups.has(keyOf(named)) || groups.size < MOST_GROUPS ? named : NO_NAMES;
  const known = groups.get(keyOf(names));
  if (known) return known;
  const counts = { streams: 0, behindSince: undefined, unnamed: 0, instanceIds: new Set<string>() };
  const group = { environmentId, kind, payloadVersion, ...names, ...counts };
  groups.set(keyOf(names), group);
  return group;
}

/** Since when a stream lacks a change, in Unix milliseconds; undefined when it has all. */
function behindSince({ newest = 0, changes }: Environment, stream: OpenStream): number | undefined {
  const { payloadVersion, openedAt } = stream;
  if (payloadVersion === undefined) return openedAt;
  if (payloadVersion >= newest) return undefined;
  const missed = changes.find((change) => change.payloadVersion > payloadVersion);
  return Math.max(openedAt, missed?.heardAt ?? openedAt);
}
