import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as Spans,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { VERSION } from '../version.ts';
import type { TracingSettings } from './settings.ts';
import type { Attributes, RequestSpan, TraceParent, Tracer } from './tracer.ts';

/** How long the last spans may take to leave. */
const STOP_TIMEOUT_MS = 2_000;

/**
 * Hands spans to a collector that speaks OTLP over HTTP, as JSON. To be imported only when somebody wants traces: it
 * brings the packages of OpenTelemetry along.
 * @param onProblem hears of spans that could not be handed over
 */
export function openTelemetryTracer(settings: TracingSettings, onProblem: (problem: string) => void): Tracer {
  // The exporter reads the variables of the process, and knows nothing of a file with others.
  for (const [name, value] of Object.entries(settings.variables)) process.env[name] ??= value;
  const quiet = () => undefined;
  const logger = { error: onProblem, warn: onProblem, info: quiet, debug: quiet, verbose: quiet };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'slipway', 'service.version': VERSION }))
      .merge(
        detectResources({
          detectors: [serviceInstanceIdDetector, resourceAttributesEnvDetector, serviceNameEnvDetector],
        }),
      ),
    sampler: samplerOf(settings),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const stop = async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(() => {
        onProblem(`the last spans did not leave within ${STOP_TIMEOUT_MS} ms`);
        done();
      }, STOP_TIMEOUT_MS);
    });
    await Promise.race([provider.shutdown().catch((error: unknown) => onProblem(String(error))), late]);
    clearTimeout(timer);
  };
  return tracerOf(provider.getTracer('slipway', VERSION), stop);
}

function samplerOf({ sampler, ratio }: TracingSettings): Sampler {
  const root = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const [, parent, name] = /^(parentbased_)?(.*)$/.exec(sampler) ?? [];
  const chosen = root[name as keyof typeof root]();
  return parent === undefined ? chosen : new ParentBasedSampler({ root: chosen });
}

function tracerOf(spans: Spans, stop: () => Promise<void>): Tracer {
  /** What is being done now. */
  const contexts = new AsyncLocalStorage<Context>();

  const run = async <T>(parent: Context, name: string, attributes: Attributes, body: () => Promise<T>): Promise<T> => {
    const span = spans.startSpan(name, { attributes }, parent);
    try {
      return await contexts.run(trace.setSpan(parent, span), body);
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  };

  return {
    stop,
    root: (name, attributes, body) => run(ROOT_CONTEXT, name, attributes, body),
    part: (name, attributes, body) => {
      const context = contexts.getStore();
      return context ? run(context, name, attributes, body) : body();
    },
    past: (name, attributes, durationMs, error) => {
      const context = contexts.getStore();
      if (!context) return;
      const now = performance.timeOrigin + performance.now();
      const span = spans.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime: now - durationMs }, context);
      if (error !== undefined) fail(span, error);
      span.end(now);
    },
    request: (name, attributes, parent): RequestSpan => {
      const context = contextOf(parent);
      const span = spans.startSpan(name, { kind: SpanKind.SERVER, attributes }, context);
      const within = trace.setSpan(context, span);
      return {
        traceId: span.spanContext().traceId,
        run: (body) => contexts.run(within, body),
        end: (status) => {
          span.setAttribute('http.response.status_code', status);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
  };
}

function contextOf(parent: TraceParent | undefined): Context {
  if (!parent) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

/** Says what kind of error it was. Messages stay here: some of them repeat values. */
function fail(span: Span, error: unknown): void {
  const { code, name } =
    error instanceof Error ? (error as Error & { code?: unknown }) : { code: undefined, name: 'other' };
  span.setAttribute('error.type', typeof code === 'string' ? code : name);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
