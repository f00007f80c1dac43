import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** Somebody whom the provider knows, by the claims that it tells of them. */
export type Person = Readonly<Record<string, unknown>> & { readonly sub: string };

/** An OpenID provider on this machine, at which one person is signed in at a time. */
export interface OpenidProvider {
  readonly issuer: string;
  /** Who is in front of the browser; nobody says no. */
  person: Person | undefined;
  /** Follows a sign-in from its first URL on. @returns where the provider sends the browser back to */
  visit(url: string): Promise<string>;
  close(): Promise<void>;
}

export const CLIENT = { id: 'slipway', secret: 'a secret of the two' };

/** @param redirectUri where it may send people back to */
export async function startOpenidProvider(redirectUri: string): Promise<OpenidProvider> {
  const handler = { current: (_request: IncomingMessage, response: ServerResponse) => void response.end() };
  const server = createServer((request, response) => handler.current(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ ...self.person, sub }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['test'] },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({ clientId: CLIENT.id, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  handler.current = (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      const result = self.person ? { login: { accountId: self.person.sub } } : { error: 'access_denied' };
      void provider.interactionFinished(request, response, result);
    } else void answer(request, response);
  };

  const self: OpenidProvider = {
    issuer,
    person: undefined,
    visit: async (url) => {
      const cookies = new Map<string, string>();
      for (let next = url; ; ) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const { headers } = await fetch(next, { redirect: 'manual', headers: { cookie } });
        for (const header of headers.getSetCookie()) {
          const [pair = ''] = header.split(';');
          const equals = pair.indexOf('=');
          cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
        }
        next = new URL(headers.get('location') ?? '', next).href;
        if (!next.startsWith(issuer)) return next;
      }
    },
    close: () => new Promise((done) => void server.close(() => done())),
  };
  return self;
}
