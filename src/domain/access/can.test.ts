import { describe, expect, it } from 'vitest';
import { Forbidden } from '../errors.ts';
import { type Actor, type BaseRole, SYSTEM, weakerRole } from './actor.ts';
import { authorize, authorizeReading, can, specifier } from './can.ts';

const aToken = (role: BaseRole): Actor => ({
  kind: 'token',
  tokenId: 'token-id',
  tokenName: 'CI',
  tokenEnding: 'abcd',
  isServiceToken: true,
  role,
  member: { id: 'member-id', email: 'kim@example.com', role: 'owner' },
  defaultApiVersion: undefined,
});
const RELEASE: Actor = { kind: 'release', releaseId: 'release-id', pipelineName: 'Standard' };
const RESOURCE = 'proj/shop:env/test:flag/new-cart';

describe('can', () => {
  const ACTIONS = ['updateOn', 'createFlag', 'createProject', 'deleteEnvironment', 'deleteProject'];
  const NOTHING: readonly string[] = [];
  const matrix: Record<BaseRole, readonly string[]> = {
    no_access: NOTHING,
    reader: NOTHING,
    writer: ['updateOn', 'createFlag', 'createProject', 'deleteEnvironment'],
    admin: ACTIONS,
    owner: ACTIONS,
  };
  const cells = Object.entries(matrix).flatMap(([role, allowed]) =>
    ACTIONS.map((action) => ({ role: role as BaseRole, action, expected: allowed.includes(action) })),
  );

  it.each(cells)('a token of role $role may $action: $expected', ({ role, action, expected }) => {
    expect(can(aToken(role), { action, resource: RESOURCE })).toBe(expected);
  });

  it.each([
    { name: 'the release engine', actor: RELEASE },
    { name: 'the system', actor: SYSTEM },
  ])('$name acts on authority that was checked before', ({ actor }) => {
    expect(can(actor, { action: 'deleteProject', resource: RESOURCE })).toBe(true);
  });
});

describe('authorize', () => {
  it('names the first access that is denied', () => {
    const allowed = { action: 'updateName', resource: 'proj/shop' };
    const denied = { action: 'deleteProject', resource: 'proj/shop' };
    const act = () => authorize(aToken('writer'), [allowed, denied, { ...denied, resource: 'proj/other' }]);
    expect(act).toThrow(
      new Forbidden('Access to the requested resource was denied', { reason: { effect: 'deny' }, access: denied }),
    );
  });

  it('asks for no right when there is nothing to do', () => {
    expect(() => authorize(aToken('no_access'), [])).not.toThrow();
  });
});

describe('authorizeReading', () => {
  it.each<BaseRole>(['reader', 'writer', 'admin', 'owner'])('lets a %s read', (role) => {
    expect(() => authorizeReading(aToken(role))).not.toThrow();
  });

  it('lets nobody read who has no access', () => {
    expect(() => authorizeReading(aToken('no_access'))).toThrow(
      new Forbidden('Forbidden. Access to the requested resource was denied.'),
    );
    expect(() => authorizeReading(SYSTEM)).not.toThrow();
  });
});

describe('weakerRole', () => {
  const FROM_WEAKEST: readonly BaseRole[] = ['no_access', 'reader', 'writer', 'admin', 'owner'];
  const pairs = FROM_WEAKEST.flatMap((weaker, index) =>
    FROM_WEAKEST.slice(index).map((stronger) => ({ weaker, stronger })),
  );

  it.each(pairs)('of $weaker and $stronger is $weaker', ({ weaker, stronger }) => {
    expect(weakerRole(weaker, stronger)).toBe(weaker);
    expect(weakerRole(stronger, weaker)).toBe(weaker);
  });
});

describe('specifier', () => {
  it.each([
    { name: 'a project', made: specifier.project('shop'), expected: 'proj/shop' },
    { name: 'an environment', made: specifier.environment('shop', 'test'), expected: 'proj/shop:env/test' },
    { name: 'a flag', made: specifier.flag('shop', 'test', 'new-cart'), expected: 'proj/shop:env/test:flag/new-cart' },
    {
      name: 'a release pipeline',
      made: specifier.releasePipeline('shop', 'std'),
      expected: 'proj/shop:release-pipeline/std',
    },
  ])('writes $name', ({ made, expected }) => {
    expect(made).toBe(expected);
  });
});
