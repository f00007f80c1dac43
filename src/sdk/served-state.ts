import { type Viewer, isVisible } from '../domain/evaluation/client-flag.ts';
import { dependenciesOfFlag, dependenciesOfSegment, type ItemName } from '../domain/evaluation/dependencies.ts';
import type { SdkFlag, SdkSegment } from '../domain/evaluation/sdk-model.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { Snapshot } from './snapshot.ts';

/** An item with the JSON that it was read from. */
interface Parsed<T> {
  readonly document: string;
  readonly item: T;
}

/** What has changed for a viewer between two states. */
export interface StateChanges {
  /** Flags that may serve something else now, in the order of their keys. */
  readonly changed: readonly SdkFlag[];
  /** Keys of flags that are not seen any more. */
  readonly gone: readonly string[];
}

/**
 * A snapshot in memory, ready to be evaluated. Never changes. Everybody who is at the same payload version has the same
 * state.
 */
export class ServedState {
  readonly environmentId: string;
  readonly payloadVersion: number;
  readonly flags: ReadonlyMap<string, SdkFlag>;
  readonly segments: ReadonlyMap<string, SdkSegment>;
  readonly #parsedFlags: ReadonlyMap<string, Parsed<SdkFlag>>;
  readonly #parsedSegments: ReadonlyMap<string, Parsed<SdkSegment>>;
  readonly #snapshot: Snapshot;
  readonly #versions = new Map<string, number>();
  readonly #changes = new Map<string, StateChanges>();

  /** @param previous an older state of the environment; what is the same in it is not read again */
  constructor(snapshot: Snapshot, previous?: ServedState) {
    this.environmentId = snapshot.environmentId;
    this.payloadVersion = snapshot.payloadVersion;
    this.#parsedFlags = parseAll(snapshot.flags, previous && previous.#parsedFlags);
    this.#parsedSegments = parseAll(snapshot.segments, previous && previous.#parsedSegments);
    this.#snapshot = snapshot;
    this.flags = itemsOf(this.#parsedFlags);
    this.segments = itemsOf(this.#parsedSegments);
  }

  /**
   * The newest payload version under which a flag, or anything that it depends on, was written. It rises whenever what
   * the flag serves may have changed, and only then.
   */
  versionOf(flagKey: string): number {
    const known = this.#versions.get(flagKey);
    if (known !== undefined) return known;
    const version = this.#newestOf(`flag/${flagKey}`);
    this.#versions.set(flagKey, version);
    return version;
  }

  #newestOf(name: ItemName): number {
    if (this.#dependenciesOf(name).length === 0) return this.#sequenceOf(name);
    const reached = new Set<ItemName>();
    this.#reach(name, reached);
    return Math.max(...[...reached].map((each) => this.#sequenceOf(each)));
  }

  /** The flags that a viewer sees. */
  *visibleTo(viewer: Viewer): Iterable<SdkFlag> {
    for (const flag of this.flags.values()) if (isVisible(flag, viewer)) yield flag;
  }

  /** What has changed for a viewer since an older state; worked out once for all who come from that one. */
  changesSince(before: ServedState, viewer: Viewer): StateChanges {
    const name = `${viewer} ${before.payloadVersion}`;
    const known = this.#changes.get(name);
    if (known) return known;
    const isSeen = (key: string) => {
      const flag = this.flags.get(key);
      return flag !== undefined && isVisible(flag, viewer);
    };
    const changes = {
      changed: [...this.visibleTo(viewer)].filter(({ key }) => this.versionOf(key) > before.payloadVersion),
      gone: [...before.visibleTo(viewer)].map(({ key }) => key).filter((key) => !isSeen(key)),
    };
    this.#changes.set(name, changes);
    return changes;
  }

  /**
   * The flags that may serve something else to a viewer than they did at an older payload version.
   * @returns undefined where that cannot be told: a flag that the viewer does not see has changed, and may have been seen;
   * or all items are newer, as after the store has been restored from a backup
   */
  changedSince(payloadVersion: number, viewer: Viewer): readonly SdkFlag[] | undefined {
    if (payloadVersion > this.payloadVersion || this.#isAllNewer(payloadVersion)) return undefined;
    for (const [key, { sequence }] of this.#snapshot.flags) {
      const flag = this.flags.get(key);
      if (sequence > payloadVersion && (!flag || !isVisible(flag, viewer))) return undefined;
    }
    return [...this.visibleTo(viewer)].filter(({ key }) => this.versionOf(key) > payloadVersion);
  }

  #isAllNewer(payloadVersion: number): boolean {
    const { flags, segments } = this.#snapshot;
    return [...flags.values(), ...segments.values()].every(({ sequence }) => sequence > payloadVersion);
  }

  #reach(name: ItemName, reached: Set<ItemName>): void {
    if (reached.has(name)) return;
    reached.add(name);
    for (const dependency of this.#dependenciesOf(name)) this.#reach(dependency, reached);
  }

  /** The payload version that an item was written under, also one that is deleted. */
  #sequenceOf(name: ItemName): number {
    const { flags, segments } = this.#snapshot;
    const items = name.startsWith('flag/') ? flags : segments;
    return items.get(keyOf(name))?.sequence ?? 0;
  }

  #dependenciesOf(name: ItemName): readonly ItemName[] {
    const key = keyOf(name);
    const flag = name.startsWith('flag/') ? this.flags.get(key) : undefined;
    if (flag) return dependenciesOfFlag(flag);
    const segment = name.startsWith('segment/') ? this.segments.get(key) : undefined;
    return segment ? dependenciesOfSegment(segment) : [];
  }
}

function keyOf(name: ItemName): string {
  return name.slice(name.indexOf('/') + 1);
}

/** In the order of keys, so that every process gives the same answers, to the byte. */
function parseAll<T>(
  items: ReadonlyMap<string, Delivery>,
  previous: ReadonlyMap<string, Parsed<T>> | undefined,
): ReadonlyMap<string, Parsed<T>> {
  const parsed = new Map<string, Parsed<T>>();
  for (const [key, { document }] of [...items].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    if (document === null) continue;
    const known = previous?.get(key);
    parsed.set(key, known?.document === document ? known : { document, item: JSON.parse(document) as T });
  }
  return parsed;
}

function itemsOf<T>(parsed: ReadonlyMap<string, Parsed<T>>): ReadonlyMap<string, T> {
  return new Map([...parsed].map(([key, { item }]) => [key, item]));
}
