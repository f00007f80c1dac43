import type { ItemName } from '../domain/evaluation/dependencies.ts';
import type { DeliveryItem } from '../store/deliveries.ts';

/** Everything SDKs of an environment hold at one payload version. Never changes; deleted items are not in it. */
export interface Snapshot {
  readonly environmentId: string;
  readonly payloadVersion: number;
  readonly flags: ReadonlyMap<string, string>;
  readonly segments: ReadonlyMap<string, string>;
  /** The payload version that each item was written under, also of those that are deleted. */
  readonly sequences: ReadonlyMap<ItemName, number>;
}

export function emptySnapshot(environmentId: string): Snapshot {
  return { environmentId, payloadVersion: 0, flags: new Map(), segments: new Map(), sequences: new Map() };
}

/** The snapshot after newer items; the one given stays as it is. */
export function nextSnapshot(
  snapshot: Snapshot,
  items: readonly (DeliveryItem & { readonly sequence: number })[],
): Snapshot {
  const flags = new Map(snapshot.flags);
  const segments = new Map(snapshot.segments);
  const sequences = new Map(snapshot.sequences);
  for (const { kind, key, document, sequence } of items) {
    sequences.set(`${kind}/${key}`, sequence);
    const target = kind === 'flag' ? flags : segments;
    if (document === null) target.delete(key);
    else target.set(key, document);
  }
  const payloadVersion = items.reduce((newest, { sequence }) => Math.max(newest, sequence), snapshot.payloadVersion);
  return { environmentId: snapshot.environmentId, payloadVersion, flags, segments, sequences };
}

/** All flags and segments as the JSON that polls get and streams begin with. */
export function encodeSnapshot({ flags, segments }: Snapshot): string {
  return `{"flags":${encodeMap(flags)},"segments":${encodeMap(segments)}}`;
}

function encodeMap(items: ReadonlyMap<string, string>): string {
  return `{${[...items].map(([key, document]) => `${JSON.stringify(key)}:${document}`).join(',')}}`;
}
