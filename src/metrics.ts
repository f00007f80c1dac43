import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the process counts, for `GET /metrics`. Labels never carry keys, tokens or raw URLs. */
export interface Metrics {
  readonly registry: Registry;
  /** Seconds by route pattern, method and status. */
  readonly httpRequests: Histogram<'route' | 'method' | 'status'>;
  /** Open streams to SDKs. */
  readonly openStreams: Gauge;
  /** Streams that have ended, by reason. */
  readonly endedStreams: Counter<'reason'>;
  /** Frames written to streams. */
  readonly streamFrames: Counter;
  /** Bytes written to streams. */
  readonly streamBytes: Counter;
  /** Events received from SDKs, by kind. */
  readonly events: Counter<'kind'>;
  /** Timers that rang, by kind and outcome. */
  readonly timers: Counter<'kind' | 'outcome'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    httpRequests: new Histogram({
      name: 'slipway_http_request_duration_seconds',
      help: 'Time to answer a request; for a stream, to begin it',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
      registers,
    }),
    openStreams: new Gauge({ name: 'slipway_sdk_streams_open', help: 'Open streams to SDKs', registers }),
    endedStreams: new Counter({
      name: 'slipway_sdk_streams_ended_total',
      help: 'Streams to SDKs that have ended, by reason',
      labelNames: ['reason'],
      registers,
    }),
    streamFrames: new Counter({
      name: 'slipway_sdk_stream_frames_total',
      help: 'Frames written to streams',
      registers,
    }),
    streamBytes: new Counter({ name: 'slipway_sdk_stream_bytes_total', help: 'Bytes written to streams', registers }),
    events: new Counter({
      name: 'slipway_sdk_events_total',
      help: 'Events received from SDKs, by kind',
      labelNames: ['kind'],
      registers,
    }),
    timers: new Counter({
      name: 'slipway_timers_total',
      help: 'Timers that rang, by kind and outcome',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
  };
}
