import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './command-error.ts';
import { tell } from './output.ts';

/** Media type of the instruction form of a PATCH. */
const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';

/** How often a request is sent at most, after 429, 503 or no answer at all. */
const MOST_TRIES = 6;
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 100;
/** After this long no answer is expected any more. */
const ANSWER_LIMIT_MS = 120_000;
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

/** A request that got no answer, or none that can be read. */
class NoAnswer extends Error {}

/** What is said when nothing was sent at all. */
const NOT_CONNECTED = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/;

/**
 * A client of the management API, of Slipway or of any service that speaks the same. Waits as it is told to when it has
 * sent too much (docs/wire/rate-limits.md) or when the service cannot answer for a moment. Only requests that change
 * nothing are sent again when no answer came, and only to a service that has answered before: an address that is wrong
 * is told at once.
 */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;
  readonly #wait: (ms: number) => Promise<unknown>;
  #hasAnswered = false;

  /** @param wait for tests, which do not wait */
  constructor(url: string, token: string, wait: (ms: number) => Promise<unknown> = (ms) => sleep(ms)) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#wait = wait;
  }

  /** One answer. @param path below the address, with encoded segments @throws ApiError, CommandError without an answer */
  async send<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#fetch(path, request).catch((error: unknown) => new NoAnswer(reasonOf(error)));
      if (!(answer instanceof NoAnswer)) {
        this.#hasAnswered = true;
        if (answer.isOk) return this.#parse(answer.text) as Answer;
        const isLater = answer.status === 429 || answer.status === 503;
        if (!isLater || tries >= MOST_TRIES) throw toApiError(answer);
      } else if (!this.#maySendAgain(request) || tries >= MOST_TRIES) {
        throw this.#unreachable(answer, request);
      }
      const ms = waitOf(answer instanceof NoAnswer ? undefined : answer.headers, tries);
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

  #maySendAgain({ method = 'GET' }: ApiRequest): boolean {
    return method === 'GET' && this.#hasAnswered;
  }

  #unreachable({ message }: NoAnswer, { method = 'GET' }: ApiRequest): CommandError {
    const mayBeDone = method !== 'GET' && !NOT_CONNECTED.test(message);
    const doubt = mayBeDone ? '. Whether the change was made is not known' : '';
    return new CommandError(`${this.#url} did not answer: ${message}${doubt}`);
  }

  async #fetch(path: string, { method = 'GET', query = {}, body, isSemanticPatch }: ApiRequest): Promise<Answered> {
    const url = new URL(`${this.#url}${path}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
    const response = await fetch(url, {
      method,
      // Elsewhere the token would be lost on the way, and a POST become a GET.
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      headers: {
        authorization: this.#token,
        'ld-api-version': 'beta',
        'user-agent': 'slipway-cli',
        ...(body !== undefined && { 'content-type': isSemanticPatch ? SEMANTIC_PATCH : 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { ok: isOk, status, headers } = response;
    return { isOk, status, headers, text: await response.text() };
  }

  #parse(text: string): unknown {
    if (text === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw new CommandError(
        `${this.#url} answers something else than JSON. Is that the address of Slipway? It begins with ${JSON.stringify(text.slice(0, 40))}`,
      );
    }
  }
}

/** A path below `/api/v2`, of segments that are encoded. */
export function apiPath(...segments: readonly string[]): string {
  return ['/api/v2', ...segments.map(encodeURIComponent)].join('/');
}

/** An answer that has been read whole. */
interface Answered {
  readonly isOk: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

function toApiError({ status, text }: Answered): ApiError {
  const { code, message } = readError(text);
  return new ApiError(status, code, `${message} (${status}${code === '' ? '' : ` ${code}`})`);
}

function readError(text: string): { code: string; message: string } {
  try {
    const { code = '', message = 'No reason is given' } = JSON.parse(text) as { code?: string; message?: string };
    return { code, message };
  } catch {
    return { code: 'no_json', message: 'The answer is not one of the API' };
  }
}

/** Milliseconds: what the service asks for, or twice as long each time. */
function waitOf(headers: Headers | undefined, tries: number): number {
  const asked = askedWait(headers) ?? 250 * 2 ** tries;
  return Math.min(Math.max(asked, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
}

/** `Retry-After` is seconds or a date, `X-Ratelimit-Reset` is in Unix milliseconds. */
function askedWait(headers: Headers | undefined): number | undefined {
  const after = headers?.get('retry-after') ?? '';
  if (/^\d+$/.test(after)) return Number(after) * 1000;
  if (!Number.isNaN(Date.parse(after))) return Date.parse(after) - Date.now();
  const resetAt = headers?.get('x-ratelimit-reset') ?? '';
  return /^\d+$/.test(resetAt) ? Number(resetAt) - Date.now() : undefined;
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
