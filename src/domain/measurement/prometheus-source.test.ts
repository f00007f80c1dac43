import { describe, expect, it } from 'vitest';
import { Fields } from '../fields.ts';
import { fillQuery, readPrometheusSource } from './prometheus-source.ts';

const read = (source: object, isHigherBetter = true) =>
  readPrometheusSource(
    new Fields({ url: 'https://example.com', query: 'up', ...source }, 'prometheus.'),
    isHigherBetter,
  );

describe('a source', () => {
  it('has a limit of failures, and the bad side of its threshold by what is better', () => {
    const source = { mode: 'threshold', threshold: 0 };
    expect(read(source)).toMatchObject({ comparator: '<', failureLimit: 3 });
    expect(read(source, false)).toMatchObject({ comparator: '>' });
    expect(read({ ...source, comparator: '>' })).toMatchObject({ comparator: '>' });
  });

  it('has a tolerance where variations are compared', () => {
    expect(read({ mode: 'comparison' })).toMatchObject({ tolerance: 0.1 });
    expect(read({ mode: 'comparison', tolerance: 0 })).toMatchObject({ tolerance: 0 });
  });

  it.each(['https://example.com/prom/', 'https://example.com/prom'])('is at %s without a slash at the end', (url) => {
    expect(read({ mode: 'comparison', url }).url).toBe('https://example.com/prom');
  });

  it.each(['ftp://example.com', 'https://u@example.com', 'https://example.com?a', 'https://example.com#a', ''])(
    'is not at %j',
    (url) => {
      expect(() => read({ mode: 'comparison', url })).toThrow('prometheus.url: expected an http or https URL');
    },
  );
});

describe('a query', () => {
  const context = { flagKey: 'check"out', environmentKey: "o'neil", release: String.raw`a\b` };

  it('is filled in, wherever a name stands and however often', () => {
    const query =
      String.raw`x{f="$` + String.raw`{flagKey}",e='$` + '{environmentKey}\',r="${release}",g="${flagKey}"}';
    expect(fillQuery(query, context)).toBe(String.raw`x{f="check\"out",e='o\'neil',r="a\\b",g="check\"out"}`);
  });

  it('keeps what is no placeholder', () => {
    expect(fillQuery('x{a="${other}",b="$1",c="{flagKey}"}', context)).toBe('x{a="${other}",b="$1",c="{flagKey}"}');
  });
});
