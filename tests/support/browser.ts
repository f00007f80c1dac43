import type { TestAnswer, TestApp, TestRequest } from './app.ts';

/** Somebody in front of a browser: it keeps cookies, and names the origin of its page. */
export interface Browser {
  /** By name, as the browser would send them now. */
  readonly cookies: Map<string, string>;
  call(request: TestRequest): Promise<TestAnswer>;
  signIn(email: string, password: string): Promise<TestAnswer>;
}

/** @param origin of the pages; that of the host that requests go to unless said otherwise */
export function browser(app: TestApp, origin = 'http://localhost'): Browser {
  const cookies = new Map<string, string>();
  const send = async (request: TestRequest) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await app.call({
      token: null,
      ...request,
      headers: { origin, ...(cookie !== '' && { cookie }), ...request.headers },
    });
    for (const header of [answer.headers['set-cookie'] ?? []].flat()) keep(cookies, String(header));
    return answer;
  };
  return {
    cookies,
    call: send,
    signIn: (email, password) => send({ method: 'POST', path: '/internal/session', body: { email, password } }),
  };
}

function keep(cookies: Map<string, string>, header: string): void {
  const [pair = '', ...attributes] = header.split('; ');
  const [name = '', value = ''] = pair.split('=');
  if (attributes.includes('Max-Age=0')) cookies.delete(name);
  else cookies.set(name, value);
}
