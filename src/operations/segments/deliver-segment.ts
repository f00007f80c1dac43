import { toSdkSegment } from '../../domain/segment/sdk-segment.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import type { Write } from '../write.ts';

/** Hands a segment to the SDKs of its environment. */
export function deliverSegment(write: Write, segment: Segment): void {
  const { environmentId, key, version } = segment;
  write.deliver(environmentId, { kind: 'segment', key, version, document: JSON.stringify(toSdkSegment(segment)) });
}
