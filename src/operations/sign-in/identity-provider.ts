import * as client from 'openid-client';
import { Unauthorized, Unreachable } from '../../domain/errors.ts';

/** How to reach an OpenID provider, and as whom. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the browser keeps while somebody is at the provider, so that the answer is one to its own question. */
export interface LoginChecks {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What a provider tells of somebody: the claims of the ID token over those of the user info. */
export type Claims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

const SCOPE = 'openid email profile';
const TIMEOUT_S = 10;

/** Lets people sign in with an OpenID provider, by authorization code with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636). */
export class IdentityProvider {
  readonly #settings: ProviderSettings;
  readonly #redirectUri: string;
  #configuration: Promise<client.Configuration> | undefined;

  /** @param redirectUri where the provider sends people back to */
  constructor(settings: ProviderSettings, redirectUri: string) {
    this.#settings = settings;
    this.#redirectUri = redirectUri;
  }

  /** Where to send somebody, and what to keep until they are back. @throws Unreachable */
  async begin(): Promise<{ readonly url: string; readonly checks: LoginChecks }> {
    const configuration = await this.#discover();
    const checks = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri,
      scope: SCOPE,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, checks };
  }

  /**
   * Who has come back.
   * @param query what the provider has sent along, from the `?` on
   * @throws Unauthorized for an answer that is not right, or says no; Unreachable
   */
  async finish(query: string, { state, nonce, codeVerifier }: LoginChecks): Promise<Claims> {
    const configuration = await this.#discover();
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(this.#redirectUri + query), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Unauthorized('The identity provider has sent no ID token');
      const hasMore = configuration.serverMetadata().userinfo_endpoint !== undefined;
      const more = hasMore ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
      return { ...more, ...claims };
    } catch (error) {
      throw toError(error);
    }
  }

  /** Asks the provider for its endpoints and keys once; again when that has failed. */
  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const url = new URL(issuer);
    // oxlint-disable-next-line typescript/no-deprecated -- settings let plain HTTP pass on this machine only
    const execute = url.protocol === 'http:' ? [client.allowInsecureRequests] : [];
    this.#configuration ??= client.discovery(url, clientId, clientSecret, undefined, { timeout: TIMEOUT_S, execute });
    try {
      return await this.#configuration;
    } catch (error) {
      this.#configuration = undefined;
      throw new Unreachable(`The identity provider cannot be used: ${messageOf(error)}`);
    }
  }
}

function toError(error: unknown): Error {
  if (error instanceof Unauthorized) return error;
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    return new Unauthorized(`The identity provider says: ${error.error_description ?? error.error}`);
  }
  if (error instanceof client.ClientError && error.code !== 'OAUTH_TIMEOUT') {
    return new Unauthorized(`The answer of the identity provider is not right: ${error.message}`);
  }
  return new Unreachable(`The identity provider cannot be used: ${messageOf(error)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
