import type { Delivery } from '../store/deliveries.ts';
import { formatSelector, type Selector } from './selector.ts';
import { itemsSince, type Snapshot } from './snapshot.ts';

/*
 * What the second generation of the protocol says, on streams and in polls alike (docs/wire/sdk.md, "Transfers").
 */

/** One event; `data` is JSON on one line. */
export interface TransferEvent {
  readonly name: string;
  readonly data: string;
}

/** Replaces what an SDK holds, if anything, by the snapshot. */
export function fullTransfer(snapshot: Snapshot): readonly TransferEvent[] {
  const live = itemsSince(snapshot, 0).filter(({ document }) => document !== null);
  return [intent(snapshot, 'xfer-full', 'payload-missing'), ...changes(snapshot, live)];
}

/**
 * Brings an SDK to the snapshot from the state of a payload version that is not above the snapshot's. When all items are
 * newer there is nothing to keep: that state may even be one of before the store was restored from a backup.
 */
export function transferSince(snapshot: Snapshot, payloadVersion: number): readonly TransferEvent[] {
  if (payloadVersion === snapshot.payloadVersion) return [intent(snapshot, 'none', 'up-to-date')];
  const newer = itemsSince(snapshot, payloadVersion);
  if (newer.length === itemsSince(snapshot, 0).length) return fullTransfer(snapshot);
  return [intent(snapshot, 'xfer-changes', 'stale'), ...changes(snapshot, newer)];
}

/** Brings an SDK that is in step on to the next state. After a transfer no intent is needed. */
export function changes(next: Selector, items: readonly Delivery[]): readonly TransferEvent[] {
  return [...items.map(object), transferred(next)];
}

/** As a stream says it. */
export function encodeFrames(events: readonly TransferEvent[]): string {
  return events.map(({ name, data }) => `event: ${name}\ndata: ${data}\n\n`).join('');
}

/** As a poll says it. */
export function encodeEvents(events: readonly TransferEvent[]): string {
  return `{"events":[${events.map(({ name, data }) => `{"event":"${name}","data":${data}}`).join(',')}]}`;
}

/** Tells an SDK that the server is about to close the stream. */
export function goodbye(reason: string): TransferEvent {
  return { name: 'goodbye', data: JSON.stringify({ reason, silent: false, catastrophe: false }) };
}

/** Says what comes, and up to which payload version. */
export function intent(
  { environmentId, payloadVersion }: Selector,
  intentCode: 'xfer-full' | 'xfer-changes' | 'none',
  reason: string,
): TransferEvent {
  const payload = { id: environmentId, target: payloadVersion, intentCode, reason };
  return { name: 'server-intent', data: JSON.stringify({ payloads: [payload] }) };
}

function object({ kind, key, version, document }: Delivery): TransferEvent {
  const name = `"kind":"${kind}","key":${JSON.stringify(key)},"version":${version}`;
  return document === null
    ? { name: 'delete-object', data: `{${name}}` }
    : { name: 'put-object', data: `{${name},"object":${document}}` };
}

/** Makes everything since the last one visible. */
export function transferred(selector: Selector): TransferEvent {
  const { environmentId, payloadVersion } = selector;
  const data = { state: formatSelector(selector), version: payloadVersion, id: environmentId };
  return { name: 'payload-transferred', data: JSON.stringify(data) };
}
