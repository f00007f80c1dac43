/** Where requests go. */
export interface Addresses {
  /** Of each process. */
  readonly urls: readonly string[];
  /** Of the one that has its turn, or of what is before them. */
  next(): Promise<string>;
}

const SEMANTIC = 'application/json; domain-model=launchdarkly.semanticpatch';

/** What came of a request: an answer, or nothing, so that it may have been carried out or not. */
export type Outcome =
  | { readonly isAnswered: true; readonly status: number; readonly body: unknown }
  | { readonly isAnswered: false };

/** A request of the management API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v2/`. */
  readonly path: string;
  readonly body?: unknown;
}

/** Longest wait for an answer, in milliseconds: a process that does not answer counts as one that is gone. */
const ANSWER_LIMIT_MS = 30_000;

/** The management API and the events endpoint, through whatever process is next. */
export class Api {
  readonly addresses: Addresses;
  readonly #token: string;
  readonly #isNoAnswer: (method: string, status: number) => boolean;

  /** @param isNoAnswer says of answers that they tell as little as none, besides those of a proxy that got none itself */
  constructor(addresses: Addresses, token: string, isNoAnswer: (method: string, status: number) => boolean) {
    this.addresses = addresses;
    this.#isNoAnswer = isNoAnswer;
    this.#token = token;
  }

  /** Sends a request once, to the next process. */
  async send({ method, path, body }: ApiRequest): Promise<Outcome> {
    const headers = {
      authorization: this.#token,
      'ld-api-version': 'beta',
      'content-type': method === 'PATCH' ? SEMANTIC : 'application/json',
    };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.#request(`${await this.addresses.next()}/api/v2/${path}`, { method, headers, ...init });
  }

  /** Reads from one process. @throws Error when the answer is not a good one */
  async read<T>(url: string, path: string): Promise<T> {
    const headers = { authorization: this.#token, 'ld-api-version': 'beta' };
    const answer = await fetch(`${url}/api/v2/${path}`, { headers });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    const isLines = answer.headers.get('content-type')?.startsWith('application/x-ndjson') === true;
    return (isLines ? toLines(await answer.text()) : await answer.json()) as T;
  }

  /** Sends a request that has to succeed. */
  async require<T>(wanted: ApiRequest): Promise<T> {
    const outcome = await this.send(wanted);
    if (outcome.isAnswered && outcome.status < 300) return outcome.body as T;
    throw new Error(`${wanted.method} ${wanted.path}: ${JSON.stringify(outcome)}`);
  }

  /** Sends a batch of events once, as SDKs do. */
  async sendEvents(sdkKey: string, payloadId: string, events: readonly unknown[]): Promise<Outcome> {
    const headers = {
      authorization: sdkKey,
      'x-launchdarkly-payload-id': payloadId,
      'content-type': 'application/json',
    };
    const url = `${await this.addresses.next()}/bulk`;
    return this.#request(url, { method: 'POST', headers, body: JSON.stringify(events) });
  }

  async #request(url: string, init: RequestInit & { readonly method: string }): Promise<Outcome> {
    const outcome = await request(url, init);
    const isAnswered = outcome.isAnswered && !this.#isNoAnswer(init.method, outcome.status);
    return isAnswered ? outcome : { isAnswered };
  }
}

async function request(url: string, init: RequestInit): Promise<Outcome> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    const text = await answer.text();
    // A proxy that got no answer itself.
    if (answer.status === 502 || answer.status === 504) return { isAnswered: false };
    return { isAnswered: true, status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return { isAnswered: false };
  }
}

function toLines(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as unknown);
}
