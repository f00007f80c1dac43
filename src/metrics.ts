import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from './version.ts';

/** What the process counts, for `GET /metrics` (docs/operating.md). Labels never carry keys, tokens or raw URLs. */
export type Metrics = ReturnType<typeof createMetrics>;

/** What a stream is for: SDKs by who they are, those that only hear that something has changed, and Relay Proxies. */
const STREAM_KINDS = ['server', 'mobile', 'browser', 'ping', 'relay auto-config', 'big segments'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** How flags were asked for that are evaluated here. */
export type EvaluationEndpoint = 'poll' | 'stream' | 'ofrep';

/** Upper ends of classes, in seconds: of statements, of requests, of deliveries, and of what may wait. */
const STATEMENT_S = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const REQUEST_S = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const DELIVERY_S = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const LATENESS_S = [0.1, 0.5, 1, 2, 5, 15, 60, 300, 3_600];

/** Everything at nought, but for the version. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge<L>({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram<L>({ name, help, buckets, labelNames, registers });

  collectDefaultMetrics({ register: registry });
  const version = { version: VERSION, node: process.versions.node };
  gauge('slipway_build_info', 'Always 1: what is running', 'version', 'node').set(version, 1);
  const openStreams = gauge('slipway_sdk_streams_open', 'Open streams, by kind', 'kind');
  for (const kind of STREAM_KINDS) openStreams.set({ kind }, 0);

  return {
    registry,
    httpRequests: histogram(
      'slipway_http_request_duration_seconds',
      'Time to answer a request; for a stream, to begin it',
      REQUEST_S,
      'route',
      'method',
      'status',
    ),
    openStreams,
    endedStreams: counter('slipway_sdk_streams_ended_total', 'Streams that have ended', 'kind', 'reason'),
    streamFrames: counter('slipway_sdk_stream_frames_total', 'Frames written to streams'),
    streamBytes: counter('slipway_sdk_stream_bytes_total', 'Bytes written to streams'),
    deliveries: histogram(
      'slipway_sdk_delivery_duration_seconds',
      'From when this process heard of a change to when its last byte left for a stream',
      DELIVERY_S,
    ),
    evaluations: counter('slipway_evaluations_total', 'Flags evaluated for client-side SDKs and OFREP', 'endpoint'),
    events: counter('slipway_sdk_events_total', 'Events received from SDKs', 'kind'),
    eventBatches: counter('slipway_sdk_event_batches_total', 'Batches of events received from SDKs', 'outcome'),
    timers: counter('slipway_timers_total', 'Timers that rang', 'kind', 'outcome'),
    timerLateness: histogram('slipway_timer_lateness_seconds', 'How late timers rang', LATENESS_S, 'kind'),
    queries: histogram('slipway_database_duration_seconds', 'Time in the store', STATEMENT_S, 'operation'),
    lostRaces: counter('slipway_lost_races_total', 'Writes that met another one', 'outcome'),
    webhooks: counter('slipway_webhook_deliveries_total', 'Tries to deliver to webhooks', 'outcome'),
    mails: counter('slipway_mails_total', 'Tries to send mails', 'outcome'),
    gateChecks: counter('slipway_gate_checks_total', 'Gates that were asked', 'kind', 'outcome'),
    guardReadings: counter('slipway_guard_readings_total', 'Metrics of other systems that were read', 'outcome'),
    storeUp: gauge('slipway_store_up', 'Whether the store answered this scrape: 1 or 0'),
    due: gauge('slipway_queue_due', 'Work in the store that is due now', 'queue'),
    oldestDue: gauge('slipway_queue_oldest_due_seconds', 'How long the oldest of it has been due', 'queue'),
    releases: gauge('slipway_releases', 'Releases in the store', 'state'),
  };
}
