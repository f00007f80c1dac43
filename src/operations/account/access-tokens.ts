import type { Caller } from '../../domain/access/actor.ts';
import { accessesTo, authorize, isAdmin } from '../../domain/access/can.ts';
import { type Resource, specifier } from '../../domain/access/resource.ts';
import {
  type AccessToken,
  patchToken,
  readTokenSettings,
  TOKEN_ACTIONS,
  type TokenSettings,
} from '../../domain/access/token.ts';
import { Forbidden, InvalidRequest, NotFound } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import { requireFuture } from '../../domain/time.ts';
import {
  deleteAccessToken as removeToken,
  getAccessToken,
  listAccessTokens,
  replaceSecret,
  saveAccessToken,
} from '../../store/access-tokens.ts';
import type { Db } from '../../store/database.ts';
import { changeSettings } from '../change-settings.ts';
import { hashSecret } from '../secrets.ts';
import { type Deps, type Write, write } from '../write.ts';
import { addAccessToken } from './add-access-token.ts';
import { resolveCustomRoles } from './references.ts';

/** A token with its secret, which is seen this once. */
export interface NewSecret {
  readonly token: AccessToken;
  readonly secret: string;
}

/**
 * The tokens that a caller may see: service tokens and their own; those of everybody for admins who ask for them.
 */
export async function visibleTokens(db: Db, caller: Caller, showAll: boolean): Promise<readonly AccessToken[]> {
  const tokens = await listAccessTokens(db);
  return tokens.filter((token) => maySee(caller, token) && (showAll || token.isServiceToken || isOwn(caller, token)));
}

/** @throws NotFound also for a token that the caller may not see */
export async function getVisibleToken(db: Db, caller: Caller, id: string): Promise<AccessToken> {
  const token = await getAccessToken(db, id);
  if (!maySee(caller, token)) throw new NotFound('access token', id);
  return token;
}

const isOwn = (caller: Caller, token: AccessToken) =>
  caller.member.id === token.memberId && !(caller.kind === 'token' && caller.isServiceToken);

const maySee = (caller: Caller, token: AccessToken) => token.isServiceToken || isOwn(caller, token) || isAdmin(caller);

const resourceOf = ({
  id,
  memberId,
  isServiceToken,
}: Pick<AccessToken, 'id' | 'memberId' | 'isServiceToken'>): Resource =>
  isServiceToken ? specifier.inAccount('service-token', { key: id }) : specifier.personalToken(memberId, id);

/**
 * Makes a token: a personal one of the calling member, or a service token.
 * @param request `token` as the request has it
 * @throws InvalidRequest, Forbidden also for rights that the caller does not have
 */
export async function createAccessToken(
  deps: Deps,
  request: { readonly actor: Caller; readonly token: unknown; readonly validVersions: readonly number[] },
): Promise<NewSecret> {
  const { actor } = request;
  const fields = new Fields(request.token, '');
  const isServiceToken = fields.optional('serviceToken', fields.boolean) ?? false;
  const settings = readTokenSettings(fields, request.validVersions);
  return write(deps, actor, async (write) => {
    const id = '*';
    authorize(actor, accessesTo(resourceOf({ id, memberId: actor.member.id, isServiceToken }), ['createAccessToken']));
    refuseOthersRights(actor, { isServiceToken, limit: settings.limit });
    const resolved = await settle(write, settings);
    const secret = `api-${write.ids.uuid()}`;
    const token = await addAccessToken(write, { ...resolved, memberId: actor.member.id, isServiceToken, secret });
    write.record({
      kind: 'token',
      name: token.name,
      projectId: undefined,
      accesses: accessesTo(resourceOf(token), ['createAccessToken']),
      titleVerb: 'created the access token',
      description: [`Created the ${isServiceToken ? 'service' : 'personal'} token ending in ${token.ending}`],
      after: token,
    });
    return { token, secret };
  });
}

/**
 * Whoever is no admin gets hold of no secret that does more than read, but for the personal tokens of somebody signed in,
 * which never do more than the member.
 * @throws Forbidden
 */
function refuseOthersRights(
  actor: Caller,
  { isServiceToken, limit }: Pick<AccessToken, 'isServiceToken' | 'limit'>,
): void {
  const isBounded = actor.kind === 'member' && !isServiceToken;
  if (isBounded || isAdmin(actor) || ('role' in limit && limit.role === 'reader')) return;
  throw new Forbidden('Only admins get tokens that do more than read');
}

/** Names custom roles by their ids. @throws InvalidRequest for an unknown role */
async function settle({ tx }: Write, settings: TokenSettings): Promise<TokenSettings> {
  const { limit } = settings;
  if (!('customRoleIds' in limit)) return settings;
  return { ...settings, limit: { customRoleIds: await resolveCustomRoles(tx, 'customRoleIds', limit.customRoleIds) } };
}

export interface UpdateAccessToken {
  readonly actor: Caller;
  readonly id: string;
  /** A JSON patch. */
  readonly patch: unknown;
  readonly validVersions: readonly number[];
}

/** @throws NotFound, InvalidPatch, InvalidRequest also for other rights of a service token, Forbidden */
export async function updateAccessToken(deps: Deps, request: UpdateAccessToken): Promise<AccessToken> {
  return write(deps, request.actor, async (write) => {
    const before = await getVisibleToken(write.tx, request.actor, request.id);
    const patched = patchToken(before, request.patch, request.validVersions);
    const hasOtherLimit = JSON.stringify(patched.limit) !== JSON.stringify(before.limit);
    if (hasOtherLimit && before.isServiceToken) {
      throw new InvalidRequest('role: the rights of a service token never change; make another token instead');
    }
    if (hasOtherLimit) refuseOthersRights(request.actor, { ...before, limit: patched.limit });
    const settings = await settle(write, patched);
    return changeSettings<AccessToken>(write, {
      kind: 'token',
      name: settings.name,
      resource: resourceOf(before),
      before,
      after: { ...before, defaultApiVersion: undefined, ...settings, lastModified: write.now },
      actions: TOKEN_ACTIONS,
      titleVerb: 'updated the access token',
      save: saveAccessToken,
    });
  });
}

/**
 * Gives a token another secret.
 * @param request `expiry`: Unix milliseconds until which the former secret works on; at an end now when absent
 * @throws NotFound, InvalidRequest for a time that has passed, Forbidden
 */
export async function resetAccessToken(
  deps: Deps,
  request: { readonly actor: Caller; readonly id: string; readonly expiry: number | undefined },
): Promise<NewSecret> {
  const { actor, id, expiry } = request;
  return write(deps, actor, async (write) => {
    const before = await getVisibleToken(write.tx, actor, id);
    const accesses = accessesTo(resourceOf(before), ['resetAccessToken']);
    authorize(actor, accesses);
    refuseOthersRights(actor, before);
    requireFuture('expiry', expiry, write.now);
    const secret = `api-${write.ids.uuid()}`;
    const version = before.version + 1;
    const token = { ...before, ending: secret.slice(-4), lastModified: write.now, version };
    await saveAccessToken(write.tx, token);
    await replaceSecret(write.tx, token.id, { secretHash: hashSecret(secret), formerUntil: expiry });
    write.record({
      kind: 'token',
      name: token.name,
      projectId: undefined,
      accesses,
      titleVerb: 'reset the access token',
      description: [
        `Reset the token ending in ${before.ending}; the new one ends in ${token.ending}`,
        ...(expiry === undefined ? [] : [`The former secret works until ${new Date(expiry).toISOString()}`]),
      ],
      before,
      after: token,
    });
    return { token, secret };
  });
}

/** @throws NotFound, Forbidden */
export async function deleteAccessToken(deps: Deps, request: { actor: Caller; id: string }): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const token = await getVisibleToken(write.tx, request.actor, request.id);
    const accesses = accessesTo(resourceOf(token), ['deleteAccessToken']);
    authorize(request.actor, accesses);
    await removeToken(write.tx, token.id);
    write.record({
      kind: 'token',
      name: token.name,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the access token',
      description: [`Deleted the token ending in ${token.ending}`],
      before: token,
    });
  });
}
