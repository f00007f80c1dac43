import type { Delivery } from '../store/deliveries.ts';

/** Where an environment stands at one payload version. Never changes. Deleted items are in it as tombstones. */
export interface Snapshot {
  readonly environmentId: string;
  readonly payloadVersion: number;
  readonly flags: ReadonlyMap<string, Delivery>;
  readonly segments: ReadonlyMap<string, Delivery>;
}

export function emptySnapshot(environmentId: string): Snapshot {
  return { environmentId, payloadVersion: 0, flags: new Map(), segments: new Map() };
}

/** The snapshot after newer items; the one given stays as it is. */
export function nextSnapshot(snapshot: Snapshot, items: readonly Delivery[]): Snapshot {
  const flags = new Map(snapshot.flags);
  const segments = new Map(snapshot.segments);
  for (const item of items) (item.kind === 'flag' ? flags : segments).set(item.key, item);
  const payloadVersion = items.reduce((newest, { sequence }) => Math.max(newest, sequence), snapshot.payloadVersion);
  return { environmentId: snapshot.environmentId, payloadVersion, flags, segments };
}

/** All items written after a payload version, tombstones too; 0 asks for everything. */
export function itemsSince({ flags, segments }: Snapshot, payloadVersion: number): readonly Delivery[] {
  return [...flags.values(), ...segments.values()].filter(({ sequence }) => sequence > payloadVersion);
}

/** All flags and segments as the JSON that polls get and streams begin with. */
export function encodeSnapshot({ flags, segments }: Snapshot): string {
  return `{"flags":${encodeMap(flags)},"segments":${encodeMap(segments)}}`;
}

function encodeMap(items: ReadonlyMap<string, Delivery>): string {
  const live = [...items.values()].filter(({ document }) => document !== null);
  return `{${live.map(({ key, document }) => `${JSON.stringify(key)}:${document}`).join(',')}}`;
}
