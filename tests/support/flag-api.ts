import { SEMANTIC, type TestAnswer, type TestApp } from './app.ts';

/** Requests about the flags of the project `default`, in short. */
export interface FlagApi {
  create(body: object, query?: string): Promise<TestAnswer>;
  get(key: string, query?: string): Promise<TestAnswer>;
  list(query?: string, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>;
  /** A semantic patch, in `test` unless the body says otherwise. */
  patch(key: string, instructions: readonly object[], body?: object, query?: string): Promise<TestAnswer>;
  /** A JSON patch, a merge patch or anything else. */
  send(key: string, body: unknown, query?: string): Promise<TestAnswer>;
  remove(key: string): Promise<TestAnswer>;
}

export function flagApi(app: () => TestApp, token?: () => string | undefined): FlagApi {
  const call = (request: Parameters<TestApp['call']>[0]) => {
    const secret = token?.();
    return app().call({ ...request, ...(secret !== undefined && { token: secret }) });
  };
  return {
    create: (body, query = '') => call({ method: 'POST', path: `flags/default${query}`, body }),
    get: (key, query = '') => call({ path: `flags/default/${key}${query}` }),
    list: (query = '', headers = {}) => call({ path: `flags/default${query}`, headers }),
    patch: (key, instructions, body = {}, query = '') =>
      call({
        method: 'PATCH',
        path: `flags/default/${key}${query}`,
        headers: SEMANTIC,
        body: { environmentKey: 'test', instructions, ...body },
      }),
    send: (key, body, query = '') => call({ method: 'PATCH', path: `flags/default/${key}${query}`, body }),
    remove: (key) => call({ method: 'DELETE', path: `flags/default/${key}` }),
  };
}
