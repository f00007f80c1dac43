import type { Clock } from '../clock.ts';
import type { Viewer } from '../domain/evaluation/client-flag.ts';
import { NotFound, Unauthorized } from '../domain/errors.ts';
import type { Database } from '../store/database.ts';
import {
  findEnvironmentById,
  findEnvironmentIdByMobileKey,
  findEnvironmentIdBySdkKey,
  listFormerSdkKeys,
} from '../store/environments.ts';
import { Lookup } from './lookup.ts';

/** An environment that is open to browsers. */
export interface ClientSideEnvironment {
  readonly environmentId: string;
  /** The SDK keys that contexts may be signed with; undefined where they need not be (docs/wire/client-side.md). */
  readonly signingKeys: readonly string[] | undefined;
}

/** Somebody whose credential has opened an environment. */
export interface Holder {
  readonly environmentId: string;
  /** Asks again: keys are reset and run out, and environments begin to ask for signatures. */
  stillOpens(): Promise<boolean>;
}

/** An SDK among them. */
export interface Visitor extends Holder {
  readonly viewer: Viewer;
}

/** What a credential opens, whichever of the three it is. */
export interface OpenedEnvironment {
  readonly environmentId: string;
  readonly viewer: Viewer;
  /** Whether only signed contexts may be evaluated. */
  readonly isSecured: boolean;
}

const CLIENT_SIDE_ID = /^[0-9a-f]{24}$/;

/** Turns the credentials of SDKs into environments. Each kind opens its own endpoints only. */
export class Credentials {
  readonly #sdkKeys: Lookup<string>;
  readonly #mobileKeys: Lookup<string>;
  readonly #clientSideIds: Lookup<ClientSideEnvironment>;

  constructor({ db }: Database, clock: Clock) {
    this.#sdkKeys = new Lookup(clock, (key, now) => findEnvironmentIdBySdkKey(db, key, now));
    this.#mobileKeys = new Lookup(clock, (key) => findEnvironmentIdByMobileKey(db, key));
    this.#clientSideIds = new Lookup(clock, async (id, now) => {
      const environment = CLIENT_SIDE_ID.test(id) ? await findEnvironmentById(db, id) : undefined;
      if (!environment) return undefined;
      const { secureMode, sdkKey } = environment;
      const signingKeys = secureMode ? [sdkKey, ...(await listFormerSdkKeys(db, id, now))] : undefined;
      return { environmentId: id, signingKeys };
    });
  }

  /**
   * The environment that an Authorization header with an SDK key opens.
   * @throws Unauthorized, which makes an SDK stop for good
   */
  async bySdkKey(header: string | undefined): Promise<string> {
    const environmentId = await this.#sdkKeys.find(bareKey(header));
    if (environmentId === undefined) throw new Unauthorized('Invalid SDK key');
    return environmentId;
  }

  /** The environment that an Authorization header with a mobile key opens. @throws Unauthorized, as above */
  async byMobileKey(header: string | undefined): Promise<string> {
    const environmentId = await this.#mobileKeys.find(bareKey(header));
    if (environmentId === undefined) throw new Unauthorized('Invalid mobile key');
    return environmentId;
  }

  /** Whether the SDK key of a header goes on opening the environment that it has opened. */
  async sdkKeyOpens(header: string | undefined, environmentId: string): Promise<boolean> {
    return (await this.#sdkKeys.find(bareKey(header))) === environmentId;
  }

  /** Whether the mobile key of a header goes on opening the environment that it has opened. */
  async mobileKeyOpens(header: string | undefined, environmentId: string): Promise<boolean> {
    return (await this.#mobileKeys.find(bareKey(header))) === environmentId;
  }

  /** The environment of a client-side id, which stands in paths. @throws NotFound, which makes an SDK stop for good */
  async byClientSideId(id: string): Promise<ClientSideEnvironment> {
    const environment = await this.findByClientSideId(id);
    if (!environment) throw new NotFound('environment', id);
    return environment;
  }

  /** The same; undefined when there is none. */
  async findByClientSideId(id: string): Promise<ClientSideEnvironment | undefined> {
    return this.#clientSideIds.find(id);
  }

  /** What an SDK key, a mobile key or a client-side id opens. @throws Unauthorized */
  async byAny(header: string | undefined): Promise<OpenedEnvironment> {
    const key = bareKey(header);
    const bySdkKey = await this.#sdkKeys.find(key);
    if (bySdkKey !== undefined) return { environmentId: bySdkKey, viewer: 'server', isSecured: false };
    const byMobileKey = await this.#mobileKeys.find(key);
    if (byMobileKey !== undefined) return { environmentId: byMobileKey, viewer: 'mobile', isSecured: false };
    const byId = await this.#clientSideIds.find(key);
    if (!byId) throw new Unauthorized('Invalid key: expected an SDK key, a mobile key or a client-side id');
    return { environmentId: byId.environmentId, viewer: 'browser', isSecured: byId.signingKeys !== undefined };
  }
}

/** The key in a header: bare, or after a scheme as some SDKs send it. */
export function bareKey(header: string | undefined): string {
  return (header ?? '').replace(/^(?:api_key|Bearer)\s+/i, '').trim();
}
