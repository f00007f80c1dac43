import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isUnavailable, unavailableReason } from './unavailable.ts';

/** What a function throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}

/** A port that accepts connections and cuts them off, or, once it is closed, refuses them. */
async function cuttingPort() {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connect = async (host: string) => {
    const client = new pg.Client({ host, port, user: 'nobody', database: 'none' });
    client.on('error', () => undefined);
    return client.connect().then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  return { connect, close: () => server.close() };
}

describe('isUnavailable', () => {
  it('is so when PostgreSQL refuses or cuts connections', async () => {
    const port = await cuttingPort();
    expect(isUnavailable(await port.connect('127.0.0.1'))).toBe(true);
    port.close();
    expect(isUnavailable(await port.connect('127.0.0.1'))).toBe(true);
    expect(isUnavailable(await port.connect('localhost'))).toBe(true);
  });

  it('is so when somebody else has locked a file of SQLite, and when it cannot be opened', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-unavailable-'));
    const [writer, other] = [new DatabaseSync(join(folder, 'a.db')), new DatabaseSync(join(folder, 'a.db'))];
    writer.exec('create table t (a); begin immediate');
    expect(isUnavailable(thrownBy(() => other.exec('insert into t values (1)')))).toBe(true);
    expect(isUnavailable(thrownBy(() => new DatabaseSync(join(folder, 'none', 'a.db'))))).toBe(true);
    expect(isUnavailable(thrownBy(() => other.exec('insert into none values (1)')))).toBe(false);
    writer.close();
    other.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['57014', 'too slow'],
    ['55P03', 'too slow'],
    ['53100', 'disk full'],
    ['25006', 'read-only'],
    ['53300', 'no free connection'],
    ['28P01', 'turns Slipway away'],
  ])('of %s of PostgreSQL is %s', (code, reason) => {
    expect(unavailableReason(Object.assign(new Error('from the server'), { code }))).toBe(reason);
  });

  it.each(['57P01', '57P03', '53300'])('is so with %s of PostgreSQL', (code) => {
    expect(isUnavailable(Object.assign(new Error('from the server'), { code }))).toBe(true);
  });

  it.each([
    ['a mistake of ours', new TypeError('undefined is not a function')],
    ['a row that is there already', Object.assign(new Error('duplicate key'), { code: '23505' })],
    ['a lost race', Object.assign(new Error('deadlock'), { code: '40P01' })],
    ['several mistakes', new AggregateError([new Error('one'), new Error('other')])],
    ['no error', 'ECONNREFUSED'],
    ['nothing', undefined],
  ])('is not so with %s', (_name, error) => {
    expect(isUnavailable(error)).toBe(false);
  });
});
