import { Type } from 'typebox';
import { type ClaimedRights, claimedRights } from '../../domain/access/claimed-rights.ts';
import { InvalidRequest, Unauthorized } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import { show } from '../../domain/json.ts';
import {
  type Claims,
  IdentityProvider,
  type LoginChecks,
  type ProviderSettings,
} from '../../operations/sign-in/identity-provider.ts';
import { type Identity, signInByIdentity } from '../../operations/sign-in/sign-in-by-identity.ts';
import type { RestApp } from '../app.ts';
import { keepSession } from '../signed-in.ts';
import { SafeCookie } from '../site.ts';
import type { InternalDeps } from './server.ts';

/** How people sign in with an OpenID provider, and what they may do then. */
export interface OidcSettings extends ProviderSettings {
  /** The claim that tells of roles. */
  readonly roleClaim: string;
  /** From values of the claim to base roles or keys of custom roles; empty when the provider does not decide on roles. */
  readonly roles: ReadonlyMap<string, string>;
  /** What those get whom no value gives a role; undefined when they may not sign in. */
  readonly defaultRole: ClaimedRights['role'] | undefined;
}

/** What the browser keeps while somebody is at the provider. */
interface Journey extends LoginChecks {
  /** The page to go to afterwards. */
  readonly returnTo: string;
}

/** How long somebody may take to sign in at the provider. */
const JOURNEY_S = 10 * 60;
/** A path of ours; two slashes would begin another host. */
const LOCAL_PATH = /^\/(?![/\\])[\x21-\x7e]*$/;

/** Signing in with an OpenID provider: there, and back. */
export function oidcRoutes(app: RestApp, deps: InternalDeps, settings: OidcSettings): void {
  const { site } = deps;
  const provider = new IdentityProvider(settings, `${deps.publicUrl}/internal/oidc/callback`);
  const cookie = new SafeCookie('slipway-oidc', site.isSecure);

  app.get(
    '/oidc/login',
    {
      schema: {
        summary: 'Sign in with the identity provider',
        querystring: Type.Object({
          returnTo: Type.Optional(Type.String({ description: 'The page to go to afterwards; / when absent' })),
        }),
      },
    },
    async ({ query: { returnTo = '/' } }, reply) => {
      if (!LOCAL_PATH.test(returnTo)) {
        throw new InvalidRequest(`returnTo: expected a path of this host, got ${show(returnTo)}`);
      }
      const { url, checks } = await provider.begin();
      const journey: Journey = { ...checks, returnTo };
      cookie.set(reply, Buffer.from(JSON.stringify(journey)).toString('base64url'), JOURNEY_S);
      return reply.redirect(url);
    },
  );

  app.get('/oidc/callback', { schema: { summary: 'Come back from the identity provider' } }, async (request, reply) => {
    const { returnTo, ...checks } = readJourney(cookie.read(request));
    cookie.clear(reply);
    const claims = await provider.finish(new URL(request.url, deps.publicUrl).search, checks);
    const { session } = await signInByIdentity(deps, toIdentity(claims, settings));
    keepSession(deps, site, reply, session);
    return reply.redirect(returnTo);
  });
}

/** @throws Unauthorized when the cookie is not there (any more), or not one that we have written */
function readJourney(value: string | undefined): Journey {
  try {
    const fields = new Fields(JSON.parse(Buffer.from(value ?? '', 'base64url').toString()), '');
    const [state, nonce, codeVerifier] = [
      fields.string('state'),
      fields.string('nonce'),
      fields.string('codeVerifier'),
    ];
    const returnTo = fields.string('returnTo');
    if (LOCAL_PATH.test(returnTo)) return { state, nonce, codeVerifier, returnTo };
  } catch {
    // Said below.
  }
  throw new Unauthorized('This sign-in was not begun in this browser, or took too long; begin it again');
}

function toIdentity(claims: Claims, { roleClaim, roles, defaultRole }: OidcSettings): Identity {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined);
  const rights = claimedRights(claims[roleClaim], roles);
  const fallback = defaultRole === undefined ? undefined : { role: defaultRole, customRoleKeys: [] };
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: claims['email_verified'] === true ? text('email') : undefined,
    firstName: text('given_name'),
    lastName: text('family_name'),
    rights: rights ?? fallback,
    isGoverned: roles.size > 0,
  };
}
