import { CommandError, ExitCode } from '../../cli/command-error.ts';
import type { Context } from '../../domain/evaluation/context.ts';
import { evaluate } from '../../domain/evaluation/evaluate.ts';
import { type Json, jsonEquals } from '../../domain/json.ts';
import type { Slipway } from '../../slipway.ts';
import { loadEvaluationSource } from '../../store/evaluation-source.ts';
import { createMemorySlipway } from './memory-slipway.ts';
import type { Overrides, OverridesFile } from './overrides-file.ts';
import { findVariation, type Pin, pinned } from './pin.ts';
import { makePlace, putContents, putOneFlag } from './put-snapshot.ts';
import type { FlagDocument, Snapshot } from './snapshot.ts';
import { type GivenKeys, keysOf, type SnapshotSource } from './sources.ts';

export interface DevOptions {
  readonly source: SnapshotSource;
  readonly keys: GivenKeys;
  /** Every SDK gets what this context gets. */
  readonly context: Context | undefined;
  readonly openFile: (place: string) => OverridesFile;
  /** Of this run alone: texts by flag key. */
  readonly overrides: ReadonlyMap<string, string>;
  /** Hears of overrides that cannot be had. */
  readonly warn: (sentence: string) => void;
}

/**
 * Keeps a Slipway at what a source has, with pins on top: the overrides of one person, and what one context gets. What
 * SDKs see changes once for each flag, from one pinned state to the next.
 */
export class DevServer {
  readonly #slipway: Slipway;
  readonly #options: DevOptions;
  readonly #file: OverridesFile;
  /** What the source has, under the keys that SDKs use here. */
  #snapshot: Snapshot;
  #frozen: ReadonlyMap<string, Pin> = new Map();
  #overrides: Map<string, Json> = new Map();
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws CommandError when there is no snapshot, or no flag or variation of an override of this run */
  static async start(slipway: Slipway, options: DevOptions): Promise<DevServer> {
    const server = new DevServer(slipway, options, await takeSnapshot(options));
    await makePlace(slipway, server.#snapshot);
    server.#recallOverrides();
    for (const [key, text] of options.overrides) server.#overrides.set(key, server.#valueOf(key, text));
    await server.#publish();
    return server;
  }

  private constructor(slipway: Slipway, options: DevOptions, snapshot: Snapshot) {
    this.#slipway = slipway;
    this.#options = options;
    this.#snapshot = snapshot;
    this.#file = options.openFile(`${snapshot.project.key}/${snapshot.environment.key}`);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get overrides(): Overrides {
    return Object.fromEntries([...this.#overrides].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** Takes another snapshot; overrides stay. @throws CommandError, and all is as it was */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      this.#snapshot = await takeSnapshot(this.#options);
      await this.#publish();
    });
  }

  /** Serves one variation to everybody, and remembers it. @throws CommandError without such a flag or variation */
  override(flagKey: string, text: string): Promise<Json> {
    return this.#inTurn(async () => {
      const value = this.#valueOf(flagKey, text);
      this.#overrides.set(flagKey, value);
      this.#file.write({ ...this.#file.read(), [flagKey]: value });
      await this.#putFlag(flagKey);
      return value;
    });
  }

  /** Serves a flag as it is. @throws CommandError when it is not overridden */
  removeOverride(flagKey: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#overrides.delete(flagKey)) throw new CommandError(`${flagKey} is not overridden`);
      const { [flagKey]: _gone, ...others } = this.#file.read();
      this.#file.write(others);
      await this.#putFlag(flagKey);
    });
  }

  async #publish(): Promise<void> {
    const { context } = this.#options;
    if (context) this.#frozen = await evaluateAll(this.#snapshot, context);
    for (const key of this.#overrides.keys()) {
      if (!this.#find(key)) this.#options.warn(`${key} is overridden, but there is no such flag`);
    }
    const flags = this.#snapshot.flags.map((flag) => this.#pinned(flag));
    await putContents(this.#slipway, { ...this.#snapshot, flags });
  }

  async #putFlag(flagKey: string): Promise<void> {
    const flag = this.#find(flagKey);
    if (flag) await putOneFlag(this.#slipway, this.#snapshot, this.#pinned(flag));
  }

  #pinned(flag: FlagDocument): FlagDocument {
    const { key } = this.#snapshot.environment;
    const overridden = this.#positionOf(flag);
    if (overridden !== undefined) return pinned(flag, key, overridden);
    return this.#frozen.has(flag.key) ? pinned(flag, key, this.#frozen.get(flag.key)) : flag;
  }

  /** Where the value of an override stands now; undefined when it is no value of the flag any more. */
  #positionOf({ key, variations }: FlagDocument): number | undefined {
    const wanted = this.#overrides.get(key);
    const position = variations.findIndex(({ value }) => wanted !== undefined && jsonEquals(value, wanted));
    if (wanted !== undefined && position < 0) {
      this.#options.warn(`${key} is overridden with ${JSON.stringify(wanted)}, which is none of its values`);
    }
    return position < 0 ? undefined : position;
  }

  #recallOverrides(): void {
    this.#overrides = new Map(Object.entries(this.#file.read()));
  }

  #valueOf(flagKey: string, text: string): Json {
    const flag = this.#find(flagKey);
    if (!flag) throw new CommandError(`There is no flag "${flagKey}" to override`, ExitCode.Usage);
    return flag.variations[findVariation(flag, text)]?.value ?? null;
  }

  #find(flagKey: string): FlagDocument | undefined {
    return this.#snapshot.flags.find(({ key }) => key === flagKey);
  }

  /** One after the other, whoever asks. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function takeSnapshot({ source, keys }: DevOptions): Promise<Snapshot> {
  const snapshot = await source.take();
  const { sdkKey, mobileKey, clientSideId } = keysOf(snapshot, keys);
  return { ...snapshot, environment: { ...snapshot.environment, apiKey: sdkKey, mobileKey, _id: clientSideId } };
}

/** What a context gets from each flag, found out where nobody is served. */
async function evaluateAll(snapshot: Snapshot, context: Context): Promise<ReadonlyMap<string, Pin>> {
  const { slipway } = await createMemorySlipway({ host: '127.0.0.1', port: 0 });
  try {
    await makePlace(slipway, snapshot);
    await putContents(slipway, snapshot);
    const source = await loadEvaluationSource(slipway.database.db, snapshot.environment._id, context);
    return new Map(
      [...source.flags].map(([key, flag]) => [key, evaluate(flag, context, source).variationIndex ?? undefined]),
    );
  } finally {
    await slipway.close();
  }
}
