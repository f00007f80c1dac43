import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type BaseRole, SYSTEM } from '../../src/domain/access/actor.ts';
import { readConfig } from '../../src/config.ts';
import { addAccessToken } from '../../src/operations/account/add-access-token.ts';
import { insertTeam } from '../../src/store/teams.ts';
import { write } from '../../src/operations/write.ts';
import { createSlipway, type Given, type Slipway } from '../../src/slipway.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import type { TestEngine } from './engines.ts';
import { officialCheck } from './official-types.ts';

/** The whole service on a store of its own, with a clock that the test turns. */
export interface TestApp {
  readonly slipway: Slipway;
  readonly clock: ManualClock;
  /** The owner's token. */
  readonly token: string;
  /** One request without a socket; JSON in, JSON out. */
  call(request: TestRequest): Promise<TestAnswer>;
  /** Makes a token of a role; a service token, so that its role is its own. */
  addToken(role: Exclude<BaseRole, 'owner'>): Promise<string>;
  /** Makes an empty team called `Team`. */
  addTeam(key: string): Promise<void>;
  /** Waits until everybody outside who is being asked has answered, or the wait for them is over. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

export interface TestRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  /** Below the root, or below `/api/v2` when it does not begin with a slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The owner's when absent; null sends none. */
  readonly token?: string | null;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  /** The parsed body; undefined when there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into without ceremony
  readonly body: any;
}

export { BETA, SEMANTIC } from './headers.ts';

/** Starts the service on an engine, with variables and parts of the caller's. It does not listen until the test asks for it. */
export async function startApp(
  engine: TestEngine,
  environment: Readonly<Record<string, string>> = {},
  given: Omit<Given, 'clock'> = {},
): Promise<TestApp> {
  const store = await engine.create();
  const clock = manualClock();
  const token = `api-${randomUUID()}`;
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: store.url,
    SLIPWAY_ACCESS_TOKEN: token,
    SLIPWAY_ADMIN_PASSWORD: 'a long password',
    LOG_LEVEL: 'silent',
    // The clock stands still, so that all requests of a test fall into one window.
    SLIPWAY_RATE_LIMIT_GLOBAL: '0',
    SLIPWAY_RATE_LIMIT_ROUTE: '0',
    SLIPWAY_RATE_LIMIT_FAILURES: '0',
    ...environment,
  });
  const slipway = await createSlipway(config, { ...given, clock });
  return {
    slipway,
    clock,
    token,
    call: (request) => call(slipway, token, request),
    addToken: async (role) => {
      const secret = `api-${randomUUID()}`;
      const { id: memberId } = await slipway.database.db.selectFrom('members').select('id').executeTakeFirstOrThrow();
      await write(slipway, SYSTEM, (write) =>
        addAccessToken(write, { memberId, name: role, limit: { role }, isServiceToken: true, secret }),
      );
      return secret;
    },
    addTeam: async (key) => {
      const team = { id: randomUUID(), key, name: 'Team', description: '', createdAt: 0, lastModified: 0, version: 1 };
      const rights = { customRoleIds: [], roleAttributes: {}, permissionGrants: [], memberIds: [] };
      await write(slipway, SYSTEM, ({ tx }) => insertTeam(tx, { ...team, ...rights }));
    },
    asked: async () => {
      for (const guard of slipway.guards) await guard.settled();
    },
    close: async () => {
      await slipway.close();
      await store.drop();
    },
  };
}

/** Every answer of the API that a test gets is checked against the official types. */
const checkAnswer = officialCheck(inject('officialSchemas'));

async function call(slipway: Slipway, ownToken: string, request: TestRequest): Promise<TestAnswer> {
  const { method = 'GET', path, body, token = ownToken } = request;
  const url = path.startsWith('/') ? path : `/api/v2/${path}`;
  const answer = await slipway.server.inject({
    method,
    url,
    headers: {
      ...(token !== null && { authorization: token }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const result = {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.body === '' ? undefined : parse(answer.body),
  };
  const [, apiPath] = /^\/api\/v2(\/[^?]*|$)/.exec(url) ?? [];
  const problem =
    apiPath === undefined || method === 'HEAD' ? undefined : checkAnswer({ method, path: apiPath, ...result });
  if (problem) throw new Error(`The answer to ${method} ${url} (${result.status}) ${problem}`);
  return result;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
