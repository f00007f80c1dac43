import type { Caller } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import type { DocumentPatch } from '../domain/document-patch.ts';
import {
  createRelayProxyConfig as makeConfig,
  type MadeSecret,
  patchRelayProxyConfig,
  RELAY_PROXY_ACTIONS,
  type RelayProxyConfig,
  resetRelayProxyConfig as resetConfig,
} from '../domain/relay-proxy-config.ts';
import { requireFuture } from '../domain/time.ts';
import { resourceStore } from '../store/resources.ts';
import { changeSettings } from './change-settings.ts';
import { hashSecret } from './secrets.ts';
import { type Deps, type Write, write } from './write.ts';

/** The Relay Proxy configurations of the account. */
export const relayProxyConfigs = resourceStore<RelayProxyConfig>('relay-proxy-config', 'Relay Proxy configuration');

/** A configuration with its secret, which is seen this once. */
export interface NewRelaySecret {
  readonly config: RelayProxyConfig;
  readonly secret: string;
}

const resourceOf = (config: { readonly key: string }) => specifier.inAccount('relay-proxy-config', config);

/** The audit log has no use for hashes of secrets. */
function forAudit({ secret, ...config }: RelayProxyConfig): object {
  return { ...config, ending: secret.ending };
}

function makeSecret({ ids }: Write): MadeSecret {
  const secret = `rel-${ids.uuid()}`;
  return { secret, hash: hashSecret(secret) };
}

/** @throws InvalidRequest, Forbidden */
export async function createRelayProxyConfig(
  deps: Deps,
  { actor, config: body }: { readonly actor: Caller; readonly config: unknown },
): Promise<NewRelaySecret> {
  return write(deps, actor, async (write) => {
    const made = makeSecret(write);
    const config = makeConfig(body, { creatorId: actor.member.id, made }, write);
    const accesses = accessesTo(resourceOf(config), ['createRelayAutoConfiguration']);
    authorize(actor, accesses);
    await relayProxyConfigs.insert(write.tx, {}, config);
    write.record({
      kind: 'relay-proxy-config',
      name: config.name,
      projectId: undefined,
      accesses,
      titleVerb: 'created the Relay Proxy configuration',
      description: [`Created the Relay Proxy configuration whose key ends in ${config.secret.ending}`],
      after: forAudit(config),
    });
    return { config, secret: made.secret };
  });
}

interface ChangeRelayProxyConfig {
  readonly actor: Caller;
  readonly id: string;
}

/** @throws NotFound, PatchFailed, PreconditionFailed, InvalidRequest, Forbidden */
export async function updateRelayProxyConfig(
  deps: Deps,
  request: ChangeRelayProxyConfig & { readonly patch: DocumentPatch; readonly comment: string | undefined },
): Promise<RelayProxyConfig> {
  return write(deps, request.actor, async (write) => {
    const before = await relayProxyConfigs.get(write.tx, {}, request.id);
    const after = patchRelayProxyConfig(before, request.patch, write.now);
    return changeSettings<RelayProxyConfig>(write, {
      kind: 'relay-proxy-config',
      name: after.name,
      resource: resourceOf(before),
      before,
      after,
      actions: RELAY_PROXY_ACTIONS,
      titleVerb: 'updated the Relay Proxy configuration',
      comment: request.comment,
      save: relayProxyConfigs.save,
      forAudit,
    });
  });
}

/**
 * Gives a configuration another secret.
 * @param request `expiry`: Unix milliseconds until which the former secret works on; at an end now when absent
 * @throws NotFound, InvalidRequest for a time that has passed, Forbidden
 */
export async function resetRelayProxyConfig(
  deps: Deps,
  { actor, id, expiry }: ChangeRelayProxyConfig & { readonly expiry: number | undefined },
): Promise<NewRelaySecret> {
  return write(deps, actor, async (write) => {
    const before = await relayProxyConfigs.get(write.tx, {}, id);
    const accesses = accessesTo(resourceOf(before), ['resetRelayAutoConfiguration']);
    authorize(actor, accesses);
    requireFuture('expiry', expiry, write.now);
    const made = makeSecret(write);
    const config = resetConfig(before, made, { expiresAt: expiry, now: write.now });
    await relayProxyConfigs.save(write.tx, config);
    write.record({
      kind: 'relay-proxy-config',
      name: config.name,
      projectId: undefined,
      accesses,
      titleVerb: 'reset the key of the Relay Proxy configuration',
      description: [
        `Reset the key ending in ${before.secret.ending}; the new one ends in ${config.secret.ending}`,
        ...(expiry === undefined ? [] : [`The former key works until ${new Date(expiry).toISOString()}`]),
      ],
      before: forAudit(before),
      after: forAudit(config),
    });
    return { config, secret: made.secret };
  });
}

/** @throws NotFound, Forbidden */
export async function deleteRelayProxyConfig(deps: Deps, { actor, id }: ChangeRelayProxyConfig): Promise<void> {
  await write(deps, actor, async (write) => {
    const config = await relayProxyConfigs.get(write.tx, {}, id);
    const accesses = accessesTo(resourceOf(config), ['deleteRelayAutoConfiguration']);
    authorize(actor, accesses);
    await relayProxyConfigs.delete(write.tx, config.id);
    write.record({
      kind: 'relay-proxy-config',
      name: config.name,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the Relay Proxy configuration',
      description: [`Deleted the Relay Proxy configuration whose key ends in ${config.secret.ending}`],
      before: forAudit(config),
    });
  });
}
