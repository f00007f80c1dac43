import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './command-error.ts';
import { tell } from './output.ts';

/** Media type of the instruction form of a PATCH. */
const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';

/** How often a request is sent at most, after 429, 503 or no answer at all. */
const MOST_TRIES = 6;
const LONGEST_WAIT_MS = 60_000;
/** Whoever waits this long wants to know why. */
const TELLING_WAIT_MS = 2_000;

type QueryValue = string | number | boolean | undefined;

/** What is sent. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Members that are undefined are left out. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  /** Whether the body is instructions. */
  readonly isSemanticPatch?: boolean;
}

/** A list as the API has it: some items, and where the next ones are. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly _links?: { readonly next?: { readonly href: string } };
}

/** An answer of the API that is not the one wanted. */
export class ApiError extends CommandError {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * A client of the management API, of Slipway or of any service that speaks the same. Waits as it is told to when it has
 * sent too much (docs/wire/rate-limits.md) or when the service cannot answer for a moment. Only requests that change
 * nothing are sent again when no answer came.
 */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;
  readonly #wait: (ms: number) => Promise<unknown>;

  /** @param wait for tests, which do not wait */
  constructor(url: string, token: string, wait: (ms: number) => Promise<unknown> = (ms) => sleep(ms)) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#wait = wait;
  }

  /** One answer. @param path below the address, with encoded segments @throws ApiError, CommandError without an answer */
  async send<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const response = await this.#fetch(path, request).catch((error: unknown) => {
        const mayTryAgain = (request.method ?? 'GET') === 'GET' && tries < MOST_TRIES;
        if (mayTryAgain) return undefined;
        throw new CommandError(`${this.#url} could not be reached: ${reasonOf(error)}`);
      });
      if (response?.ok) return (await answerOf(response)) as Answer;
      const isLater = response === undefined || response.status === 429 || response.status === 503;
      if (response && (!isLater || tries >= MOST_TRIES)) throw await toApiError(response);
      const ms = waitOf(response, tries);
      if (ms >= TELLING_WAIT_MS) tell(`Waiting ${Math.ceil(ms / 1000)} s for ${this.#url} …`);
      await this.#wait(ms);
    }
  }

  /** All items of a list, page after page. @throws as send */
  async *list<Item>(path: string, query: ApiRequest['query'] = {}): AsyncGenerator<Item> {
    let page = await this.send<Page<Item>>(path, { query });
    for (;;) {
      yield* page.items;
      const next = page._links?.next?.href;
      if (next === undefined) return;
      page = await this.send<Page<Item>>(next);
    }
  }

  #fetch(path: string, { method = 'GET', query = {}, body, isSemanticPatch }: ApiRequest): Promise<Response> {
    const url = new URL(`${this.#url}${path}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
    return fetch(url, {
      method,
      headers: {
        authorization: this.#token,
        'ld-api-version': 'beta',
        'user-agent': 'slipway-cli',
        ...(body !== undefined && { 'content-type': isSemanticPatch ? SEMANTIC_PATCH : 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

/** A path below `/api/v2`, of segments that are encoded. */
export function apiPath(...segments: readonly string[]): string {
  return ['/api/v2', ...segments.map(encodeURIComponent)].join('/');
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

async function toApiError(response: Response): Promise<ApiError> {
  const text = await response.text();
  const { code, message } = readError(text);
  return new ApiError(response.status, code, `${message} (${response.status} ${code})`);
}

function readError(text: string): { code: string; message: string } {
  try {
    const { code = '', message = '' } = JSON.parse(text) as { code?: string; message?: string };
    return { code, message };
  } catch {
    return { code: 'no_json', message: 'The answer is not one of the API' };
  }
}

/** Milliseconds: what the service asks for, or twice as long each time. */
function waitOf(response: Response | undefined, tries: number): number {
  const seconds = Number(response?.headers.get('retry-after') ?? NaN);
  const resetAt = Number(response?.headers.get('x-ratelimit-reset') ?? NaN);
  if (Number.isFinite(seconds)) return Math.min(seconds * 1000, LONGEST_WAIT_MS);
  if (Number.isFinite(resetAt)) return Math.min(Math.max(resetAt - Date.now(), 100), LONGEST_WAIT_MS);
  return Math.min(250 * 2 ** tries, LONGEST_WAIT_MS);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
