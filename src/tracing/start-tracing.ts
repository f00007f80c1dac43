import type { FastifyBaseLogger } from 'fastify';
import type { TracingSettings } from './settings.ts';
import { NO_TRACER, type Tracer } from './tracer.ts';

/** Collects traces if somebody wants them; without, nothing of OpenTelemetry is loaded. */
export async function startTracing(settings: TracingSettings | undefined, logger: FastifyBaseLogger): Promise<Tracer> {
  if (!settings) return NO_TRACER;
  const { openTelemetryTracer } = await import('./open-telemetry.ts');
  return openTelemetryTracer(settings, (problem) => logger.warn({ problem }, 'traces could not be sent'));
}
