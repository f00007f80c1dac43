import { allows, readPolicy, type Statement } from './access/policy.ts';
import { specifier, type Specified } from './access/resource.ts';
import type { DocumentPatch } from './document-patch.ts';
import { Fields } from './fields.ts';
import type { DecisionContext } from './ids.ts';
import { applyJsonPatchOrFail } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { requireName } from './naming.ts';

/** What can be said of a Relay Proxy configuration. */
interface RelayProxySettings {
  readonly name: string;
  /** The environments that the Relay Proxy may serve. */
  readonly policy: readonly Statement[];
}

/** Lets a Relay Proxy find out by itself which environments it serves (docs/wire/relay-proxy.md). */
export interface RelayProxyConfig extends RelayProxySettings {
  readonly id: string;
  /** The id once more: configurations have no keys of their own in addresses. */
  readonly key: string;
  /** The member who made it. */
  readonly creatorId: string;
  readonly secret: RelaySecret;
  readonly createdAt: number;
  readonly lastModified: number;
  readonly version: number;
}

/** What is kept of the secret that a Relay Proxy sends. */
interface RelaySecret {
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  /** The last characters of the secret. */
  readonly ending: string;
  /** The secret before the last reset, while it still works. */
  readonly former?: { readonly hash: string; readonly expiresAt: number } | undefined;
}

/** The action that a change of each setting needs. */
export const RELAY_PROXY_ACTIONS: Readonly<Record<keyof RelayProxySettings, string>> = {
  name: 'updateRelayAutoConfigurationName',
  policy: 'updateRelayAutoConfigurationPolicy',
};

/** How many of the last characters of a secret are shown. */
const ENDING_LENGTH = 4;

/** A secret as it has been made: itself, and its hash. */
export interface MadeSecret {
  readonly secret: string;
  readonly hash: string;
}

/** Reads a new configuration. @throws InvalidRequest naming the bad field */
export function createRelayProxyConfig(
  body: unknown,
  { creatorId, made }: { readonly creatorId: string; readonly made: MadeSecret },
  { ids, now }: DecisionContext,
): RelayProxyConfig {
  const settings = readSettings(new Fields(body, ''));
  const id = ids.objectId();
  const secret = { hash: made.hash, ending: made.secret.slice(-ENDING_LENGTH) };
  return { id, key: id, ...settings, creatorId, secret, createdAt: now, lastModified: now, version: 1 };
}

/**
 * Applies a patch to name and policy.
 * @throws PatchFailed, PreconditionFailed, InvalidRequest naming the bad field
 */
export function patchRelayProxyConfig(config: RelayProxyConfig, patch: DocumentPatch, now: number): RelayProxyConfig {
  const { name, policy } = config;
  const document = { name, policy };
  const patched =
    patch.format === 'json'
      ? applyJsonPatchOrFail<object>(document, patch.operations, Object.keys(document))
      : applyMergePatch(document, patch.merge);
  return { ...config, ...readSettings(new Fields(patched, '')), lastModified: now };
}

/** Gives a configuration another secret. @param expiresAt until when the former one works, in Unix milliseconds */
export function resetRelayProxyConfig(
  config: RelayProxyConfig,
  made: MadeSecret,
  { expiresAt, now }: { readonly expiresAt: number | undefined; readonly now: number },
): RelayProxyConfig {
  const secret: RelaySecret = {
    hash: made.hash,
    ending: made.secret.slice(-ENDING_LENGTH),
    ...(expiresAt !== undefined && { former: { hash: config.secret.hash, expiresAt } }),
  };
  return { ...config, secret, lastModified: now, version: config.version + 1 };
}

/**
 * Whether a secret opens a configuration at a time: the present one does, and the one before it until its end.
 * @param hash SHA-256 of the secret, hexadecimal
 * @param now Unix milliseconds
 */
export function isOpenedBy({ secret }: RelayProxyConfig, hash: string, now: number): boolean {
  const { former } = secret;
  return secret.hash === hash || (former?.hash === hash && now < former.expiresAt);
}

/** Whether a Relay Proxy of a configuration may serve an environment (docs/wire/relay-proxy.md). */
export function mayServe(
  { policy }: RelayProxyConfig,
  { project, environment }: { readonly project: Specified; readonly environment: Specified },
): boolean {
  return allows(policy, { action: 'viewSdkKey', ...specifier.environment(project, environment) });
}

function readSettings(fields: Fields): RelayProxySettings {
  return { name: requireName('name', fields.string('name')), policy: readPolicy(fields, 'policy') };
}
