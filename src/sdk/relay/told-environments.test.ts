import { describe, expect, it } from 'vitest';
import type { RelayEnvironment } from './relay-environments.ts';
import { ToldEnvironments } from './told-environments.ts';

type Listed = readonly [id: string, version: number, facts: object | undefined];

const environments = (...list: readonly Listed[]) =>
  new Map<string, RelayEnvironment>(list.map(([id, version, facts]) => [id, { version, facts }]));

/** Told of `a` at version 3. */
function toldOfA(): ToldEnvironments {
  const told = new ToldEnvironments();
  told.begin(environments(['a', 3, { envName: 'A' }]));
  return told;
}

const next = (told: ToldEnvironments, ...list: readonly Listed[]) => told.next(environments(...list)).map(String);

describe('what a Relay Proxy has been told', () => {
  it('begins with the environments that are open', () => {
    const told = new ToldEnvironments();
    const frame = told.begin(environments(['a', 3, { envName: 'A' }], ['b', 4, undefined]));
    expect(String(frame)).toBe(
      'event: put\ndata: {"path":"/","data":{"environments":{"a":{"envName":"A","version":3}},"filters":{}}}\n\n',
    );
  });

  it('changes when facts do', () => {
    const told = toldOfA();
    expect(next(told, ['a', 4, { envName: 'A' }])).toEqual([]);
    const patch = 'event: patch\ndata: {"path":"/environments/a","data":{"envName":"Z","version":5}}\n\n';
    expect(next(told, ['a', 5, { envName: 'Z' }])).toEqual([patch]);
    expect(next(told, ['a', 5, { envName: 'Z' }])).toEqual([]);
  });

  it('stays when facts change under the same version, which would not be taken', () => {
    expect(next(toldOfA(), ['a', 3, { envName: 'Z' }])).toEqual([]);
  });

  it('loses an environment that is closed, under the version that closed it', () => {
    const told = toldOfA();
    expect(next(told, ['a', 7, undefined])).toEqual([
      'event: delete\ndata: {"path":"/environments/a","version":7}\n\n',
    ]);
    expect(next(told, ['a', 7, undefined])).toEqual([]);
    expect(next(told, ['a', 8, { envName: 'A' }])).toHaveLength(1);
  });

  it('loses an environment that is deleted, under one version more than its last', () => {
    expect(next(toldOfA())).toEqual(['event: delete\ndata: {"path":"/environments/a","version":4}\n\n']);
  });
});
