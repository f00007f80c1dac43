import { describe, expect, it } from 'vitest';
import { readTracingSettings } from './settings.ts';

const AT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

function read(environment: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  return { settings: readTracingSettings({ PATH: '/bin', ...environment }, problems), problems };
}

describe('readTracingSettings', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_SERVICE_NAME: 'flags' },
    { ...AT, OTEL_SDK_DISABLED: 'true' },
    { ...AT, OTEL_TRACES_EXPORTER: 'none' },
  ])('wants no traces by %j', (environment) => {
    expect(read(environment)).toEqual({ settings: undefined, problems: [] });
  });

  it.each([
    AT,
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' },
    { OTEL_TRACES_EXPORTER: 'otlp' },
    { ...AT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
  ])('wants traces by %j', (variables) => {
    const settings = { sampler: 'parentbased_always_on', ratio: 1, variables };
    expect(read(variables)).toEqual({ settings, problems: [] });
  });

  it('reads the sampler', () => {
    const sampled = { ...AT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' };
    expect(read(sampled).settings).toMatchObject({ sampler: 'traceidratio', ratio: 0.25 });
  });

  it.each([
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'expected otlp or none, got "zipkin"'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'expected http/json, got "grpc"'],
    ['OTEL_TRACES_SAMPLER', 'some', /^expected one of always_on, .*, got "some"$/],
    ['OTEL_TRACES_SAMPLER_ARG', '2', 'expected a number from 0 to 1, got "2"'],
  ])('names a bad %s', (name, value, expected) => {
    const [problem = '', ...others] = read({ ...AT, [name]: value }).problems;
    expect(others).toEqual([]);
    expect(problem.startsWith(`${name}: `)).toBe(true);
    expect(problem.slice(name.length + 2)).toMatch(expected);
  });
});
