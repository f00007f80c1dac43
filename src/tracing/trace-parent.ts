import type { TraceParent } from './tracer.ts';

/** Version, trace, span and flags; later versions may go on after them. */
const FORMAT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a header `traceparent` (W3C Trace Context). @returns undefined when there is none, or it is not valid */
export function parseTraceParent(header: unknown): TraceParent | undefined {
  const [, version, traceId, spanId, flags, more] = (typeof header === 'string' && FORMAT.exec(header)) || [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}
