import { describe, expect, it } from 'vitest';
import { Forbidden } from '../errors.ts';
import { type Actor, type BaseRole, SYSTEM } from './actor.ts';
import { authorize, authorizeReading, can, canView, isAdmin, seesAllProjects } from './can.ts';
import { BASE_ROLES, ownTokensRole, type Role } from './policy.ts';
import { specifier } from './resource.ts';

const aToken = (...authorities: readonly (readonly Role[])[]): Actor => ({
  kind: 'token',
  tokenId: 'token-id',
  tokenName: 'CI',
  tokenEnding: 'abcd',
  isServiceToken: true,
  authorities,
  member: { id: 'member-id', email: 'kim@example.com', role: 'owner' },
  defaultApiVersion: undefined,
});
const withRole = (role: BaseRole) => aToken([BASE_ROLES[role]]);
const RELEASE: Actor = { kind: 'release', releaseId: 'release-id', pipelineName: 'Standard' };

const SHOP = { key: 'shop', tags: ['web'] };
const FLAG = specifier.flag(SHOP, { key: 'test' }, { key: 'new-cart' });

describe('can', () => {
  const accesses = {
    updateOn: FLAG,
    createFlag: FLAG,
    bypassRequiredApproval: FLAG,
    viewProject: specifier.project(SHOP),
    createProject: specifier.project(SHOP),
    deleteEnvironment: specifier.environment(SHOP, { key: 'test' }),
    deleteProject: specifier.project(SHOP),
    createMember: specifier.inAccount('member', { key: 'm' }),
    createWebhook: specifier.inAccount('webhook', { key: 'w' }),
    createRole: specifier.inAccount('role', { key: 'r' }),
    createTeam: specifier.inAccount('team', { key: 't' }),
    createAccessToken: specifier.personalToken('m', 't'),
  };
  const CHANGES_IN_PROJECTS = ['updateOn', 'createFlag', 'viewProject', 'createProject', 'deleteEnvironment'];
  const OF_ADMINS = ['deleteProject', 'createMember', 'createWebhook', 'createRole', 'createTeam', 'createAccessToken'];
  const matrix: Record<BaseRole, readonly string[]> = {
    no_access: [],
    reader: ['viewProject'],
    writer: CHANGES_IN_PROJECTS,
    admin: [...CHANGES_IN_PROJECTS, ...OF_ADMINS],
    owner: [...CHANGES_IN_PROJECTS, ...OF_ADMINS],
  };
  const cells = Object.entries(matrix).flatMap(([role, allowed]) =>
    Object.entries(accesses).map(([action, resource]) => ({
      role: role as BaseRole,
      access: { action, ...resource },
      expected: allowed.includes(action),
    })),
  );

  it.each(cells)('a $role may $access.action: $expected', ({ role, access, expected }) => {
    expect(can(withRole(role), access)).toBe(expected);
  });

  it.each([
    { name: 'the release engine', actor: RELEASE },
    { name: 'the system', actor: SYSTEM },
  ])('$name acts on authority that was checked before', ({ actor }) => {
    expect(can(actor, { action: 'deleteProject', ...FLAG })).toBe(true);
  });

  it('allows only what every set of roles allows, each by any one role', () => {
    const onlyOn: Role = {
      basePermissions: 'no_access',
      policy: [{ effect: 'allow', resources: ['*'], actions: ['updateOn'] }],
    };
    const both = aToken([BASE_ROLES.reader, onlyOn], [BASE_ROLES.writer]);
    expect(can(both, { action: 'updateOn', ...FLAG })).toBe(true);
    expect(can(both, { action: 'createFlag', ...FLAG })).toBe(false);
    expect(can(aToken([onlyOn], [BASE_ROLES.reader]), { action: 'updateOn', ...FLAG })).toBe(false);
  });

  it('gives nothing to whom no roles are known', () => {
    expect(can(aToken(), { action: 'viewProject', ...specifier.project(SHOP) })).toBe(false);
    expect(can(aToken([]), { action: 'viewProject', ...specifier.project(SHOP) })).toBe(false);
  });

  it('lets members manage their own tokens and no others', () => {
    const kim = aToken([BASE_ROLES.reader, ownTokensRole('kim')]);
    expect(can(kim, { action: 'createAccessToken', ...specifier.personalToken('kim', 't') })).toBe(true);
    expect(can(kim, { action: 'createAccessToken', ...specifier.personalToken('sam', 't') })).toBe(false);
  });
});

describe('authorize', () => {
  const DENIED = 'Access to the requested resource was denied';

  it('names the first access that is denied, without the traits of its parts', () => {
    const accesses = ['updateProjectName', 'deleteProject', 'updateTags'].map((action) => ({
      action,
      ...specifier.project(SHOP),
    }));
    const statement = { effect: 'deny', resources: ['proj/*'], actions: ['deleteProject'] };
    const access = { action: 'deleteProject', resource: 'proj/shop' };
    expect(() => authorize(withRole('writer'), accesses)).toThrow(new Forbidden(DENIED, { reason: statement, access }));
  });

  it('names the role whose statement denies, and only the effect when none speaks', () => {
    const role: Role = {
      name: 'ops',
      basePermissions: 'reader',
      policy: [{ effect: 'deny', resources: ['*'], actions: ['*'] }],
    };
    const access = { action: 'updateOn', resource: FLAG.resource };
    const reason = { effect: 'deny', resources: ['*'], actions: ['*'], role_name: 'ops' };
    expect(() => authorize(aToken([role]), [access])).toThrow(new Forbidden(DENIED, { reason, access }));
    expect(() => authorize(withRole('reader'), [access])).toThrow(
      new Forbidden(DENIED, { reason: { effect: 'deny' }, access }),
    );
  });

  it('asks for no right when there is nothing to do', () => {
    expect(() => authorize(withRole('no_access'), [])).not.toThrow();
  });
});

describe('seeing', () => {
  const hides = (resource: string): Role => ({
    basePermissions: 'reader',
    policy: [{ effect: 'deny', resources: [resource], actions: ['view*'] }],
  });
  const shows = (resource: string): Role => ({
    basePermissions: 'no_access',
    policy: [{ effect: 'allow', resources: [resource], actions: ['viewProject'] }],
  });

  it.each([
    { name: 'a reader', actor: withRole('reader'), shop: true, all: true },
    { name: 'nobody without access', actor: withRole('no_access'), shop: false, all: false },
    { name: 'the system', actor: SYSTEM, shop: true, all: true },
    { name: 'who is denied it by key', actor: aToken([hides('proj/shop')]), shop: false, all: false },
    { name: 'who is denied it by tag', actor: aToken([hides('proj/*;web')]), shop: false, all: false },
    { name: 'who is denied another', actor: aToken([hides('proj/other')]), shop: true, all: false },
    { name: 'who is shown it', actor: aToken([shows('proj/sh*')]), shop: true, all: false },
    { name: 'who is shown another', actor: aToken([shows('proj/other')]), shop: false, all: false },
    { name: 'who has one role that shows all', actor: aToken([hides('*'), BASE_ROLES.reader]), shop: true, all: true },
    { name: 'whose token hides it', actor: aToken([BASE_ROLES.admin], [hides('*')]), shop: false, all: false },
  ])('$name: the project $shop, all projects $all', ({ actor, shop, all }) => {
    expect(canView(actor, SHOP)).toBe(shop);
    expect(seesAllProjects(actor)).toBe(all);
  });

  it.each<BaseRole>(['reader', 'writer', 'admin', 'owner'])('lets a %s read', (role) => {
    expect(() => authorizeReading(withRole(role))).not.toThrow();
  });

  it('lets nobody read who has no access', () => {
    expect(() => authorizeReading(withRole('no_access'))).toThrow(
      new Forbidden('Forbidden. Access to the requested resource was denied.'),
    );
    expect(() => authorizeReading(SYSTEM)).not.toThrow();
    expect(() => authorizeReading(aToken([shows('proj/shop')]))).not.toThrow();
  });
});

describe('isAdmin', () => {
  it.each<[BaseRole, boolean]>([
    ['reader', false],
    ['writer', false],
    ['admin', true],
    ['owner', true],
  ])('a %s: %s', (role, expected) => {
    expect(isAdmin(withRole(role))).toBe(expected);
  });
});
