type Environment = Readonly<Record<string, string | undefined>>;

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** How traces are collected, as the standard variables of OpenTelemetry say (docs/operating.md). */
export interface TracingSettings {
  readonly sampler: (typeof SAMPLERS)[number];
  /** The share of traces that a sampler by ratio takes, from 0 to 1. */
  readonly ratio: number;
  /** All variables of OpenTelemetry; the exporter reads the rest of them. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Reads the variables that begin with `OTEL_`. An empty one counts as absent.
 * @param problems takes a line for each bad value
 * @returns undefined when no traces are wanted
 */
export function readTracingSettings(environment: Environment, problems: string[]): TracingSettings | undefined {
  const variables = variablesOf(environment);
  if (!areTracesWanted(variables, problems)) return undefined;
  const protocol = variables['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] ?? variables['OTEL_EXPORTER_OTLP_PROTOCOL'];
  if (protocol === 'grpc') problems.push('OTEL_EXPORTER_OTLP_PROTOCOL: expected http/json, got "grpc"');
  const name = variables['OTEL_TRACES_SAMPLER'] ?? 'parentbased_always_on';
  const sampler = SAMPLERS.find((sampler) => sampler === name);
  if (!sampler) {
    problems.push(`OTEL_TRACES_SAMPLER: expected one of ${SAMPLERS.join(', ')}, got ${JSON.stringify(name)}`);
    return undefined;
  }
  const share = variables['OTEL_TRACES_SAMPLER_ARG'] ?? '1';
  const ratio = Number(share);
  if (!(ratio >= 0 && ratio <= 1)) {
    problems.push(`OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got ${JSON.stringify(share)}`);
  }
  return { sampler, ratio, variables };
}

function variablesOf(environment: Environment): Readonly<Record<string, string>> {
  const given = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith('OTEL_') && value ? [[name, value] as const] : [],
  );
  return Object.fromEntries(given);
}

function areTracesWanted(variables: Readonly<Record<string, string>>, problems: string[]): boolean {
  if (variables['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const exporter = variables['OTEL_TRACES_EXPORTER'];
  if (exporter === 'none') return false;
  if (exporter !== undefined && exporter !== 'otlp') {
    problems.push(`OTEL_TRACES_EXPORTER: expected otlp or none, got ${JSON.stringify(exporter)}`);
    return false;
  }
  const endpoint = variables['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? variables['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return exporter === 'otlp' || endpoint !== undefined;
}
