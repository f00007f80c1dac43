import type { DeliveryItem } from '../store/deliveries.ts';
import { encodeSnapshot, type Snapshot } from './snapshot.ts';

/*
 * The wire formats of streams (docs/wire/sdk.md, "GET /all"; docs/wire/client-side.md). Documents are JSON on one line,
 * so they need no escaping here; keys cannot hold line breaks.
 */

/** A comment, which keeps connections and proxies awake. */
export const HEARTBEAT = Buffer.from(':\n\n');

/** SDKs give up on a silent stream after five minutes, proxies often after one. */
export const HEARTBEAT_INTERVAL_MS = 20_000;

/** Replaces everything the SDK holds. */
export function putFrame(snapshot: Snapshot): Buffer {
  return eventFrame('put', `{"path":"/","data":${encodeSnapshot(snapshot)}}`);
}

/** Replaces or removes one item; `path` stands first, since some SDKs read twice otherwise. */
export function itemFrame(item: DeliveryItem): Buffer {
  return frameOf(item, `/${item.kind}s/${item.key}`);
}

/** The same of a flag, for SDKs that know of nothing but flags. */
export function flagFrame(flag: DeliveryItem): Buffer {
  return frameOf(flag, `/${flag.key}`);
}

function frameOf({ version, document }: DeliveryItem, at: string): Buffer {
  const path = JSON.stringify(at);
  return document === null
    ? eventFrame('delete', `{"path":${path},"version":${version}}`)
    : eventFrame('patch', `{"path":${path},"data":${document}}`);
}

/** An event whose data is one line. */
export function eventFrame(event: string, data: string): Buffer {
  return Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
}
