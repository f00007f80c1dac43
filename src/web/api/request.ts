import type { ErrorBody } from '../../wire/rest/common.ts';

/** The version of the API that the pages speak. */
const API_VERSION = '20240415';

/** Media type of the instruction form of a PATCH. */
const SEMANTIC_PATCH = 'application/json; domain-model=launchdarkly.semanticpatch';

export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Members that are undefined or empty are left out; lists are repeated. */
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Whether the body is instructions. */
  readonly isSemanticPatch?: boolean | undefined;
  /** Whether the resource is a beta one. */
  readonly isBeta?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that is not the one wanted, or none at all: `status` is 0 then. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What the log of the service has it under. */
  readonly requestId: string | undefined;
  /** After how many seconds to ask again, where the service says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(given: {
    status: number;
    code: string;
    message: string;
    requestId?: string | undefined;
    retryAfterSeconds?: number | undefined;
  }) {
    super(given.message);
    this.name = 'ApiError';
    this.status = given.status;
    this.code = given.code;
    this.requestId = given.requestId;
    this.retryAfterSeconds = given.retryAfterSeconds;
  }
}

/**
 * Sends one request to the service, with the cookie of the session.
 * @param path of this host, such as `/api/v2/projects`; its segments are encoded by `apiPath`
 * @throws ApiError
 */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(path, options);
  const text = await response.text();
  if (!response.ok) throw toApiError(response, text);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** A path below `/api/v2`, of segments that are encoded. */
export function apiPath(...segments: readonly string[]): string {
  return ['/api/v2', ...segments.map(encodeURIComponent)].join('/');
}

/** A path with its query, without what is undefined or empty. */
export function withQuery(path: string, query: Query = {}): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((one) => (one === '' ? [] : [[name, String(one)]])),
  );
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(parameters).toString()}`;
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', body, query, isSemanticPatch, isBeta, signal } = options;
  try {
    return await fetch(withQuery(path, query), {
      method,
      headers: {
        accept: 'application/json',
        'ld-api-version': isBeta ? 'beta' : API_VERSION,
        ...(body !== undefined && { 'content-type': isSemanticPatch ? SEMANTIC_PATCH : 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'unreachable', message: 'The service does not answer.' });
  }
}

function toApiError(response: Response, text: string): ApiError {
  const body = readErrorBody(text);
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    status: response.status,
    code: body.code ?? 'unknown',
    message: body.message ?? `The service answered with ${response.status}.`,
    requestId: body.id ?? response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

/** Something between us and the service may have answered in its place, with a page of its own. */
function readErrorBody(text: string): Partial<ErrorBody> {
  try {
    return JSON.parse(text) as Partial<ErrorBody>;
  } catch {
    return {};
  }
}
