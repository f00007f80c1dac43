import { decide, type Role } from '../../../domain/access/policy.ts';
import { describe, expect, it } from 'vitest';
import { newStatement, policyProblem, readPolicyText, toDrafts, toPolicy } from './policy-draft.ts';
import { reasonWords } from './reason-words.ts';
import { BLANK_RESOURCE, toAccess, toSpecifier } from './resource-draft.ts';

const POLICY = [
  { effect: 'allow', resources: ['proj/*:env/*:flag/*'], actions: ['updateOn'] },
  { effect: 'deny', notResources: ['proj/*'], notActions: ['viewProject'] },
] as const;

describe('a policy as it is edited', () => {
  it('is stored as it was read', () => {
    const stored = readPolicyText(JSON.stringify(POLICY));
    expect(toPolicy(toDrafts(JSON.parse(JSON.stringify(stored)), () => 'id'))).toEqual(POLICY);
    expect(policyProblem(stored)).toBeUndefined();
  });

  it('says what is missing', () => {
    expect(policyProblem(toPolicy([newStatement('id')]))).toContain('policy[0].resources: expected exactly one of');
    expect(() => readPolicyText('[{"effect": "maybe"}]')).toThrow('policy[0].effect');
    expect(() => readPolicyText('{')).toThrow(SyntaxError);
  });
});

describe('what is asked of a role', () => {
  const draft = { ...BLANK_RESOURCE, project: 'shop', environment: 'production', name: 'cart', tags: ['beta'] };

  it('is a thing with what policies may know of its parts', () => {
    const project = { key: 'shop', tags: ['eu'] };
    const environment = { key: 'production', tags: [], critical: true };
    const access = toAccess(draft, 'updateOn', { project, environment });
    expect(access).toEqual({
      action: 'updateOn',
      resource: 'proj/shop:env/production:flag/cart',
      traits: [{ tags: ['eu'] }, { tags: [], critical: true }, { tags: ['beta'] }],
    });
    expect(toSpecifier(draft)).toBe('proj/shop:env/production:flag/cart;beta');
  });

  it.each([
    [{ types: 'proj' }, 'proj/shop;beta'],
    [{ types: 'proj:env', environment: '' }, 'proj/shop:env/*;beta'],
    [{ types: 'member:token', member: 'kim', tags: [] }, 'member/kim:token/cart'],
    [{ types: 'acct' }, 'acct'],
  ])('is written as policies write it: %#', (changes, expected) => {
    expect(toSpecifier({ ...draft, ...changes })).toBe(expected);
  });

  it('is decided by the statement that the service decides by', () => {
    const role: Role = {
      basePermissions: 'reader',
      policy: [
        { effect: 'allow', resources: ['proj/*:env/*:flag/*'], actions: ['*'] },
        { effect: 'deny', resources: ['proj/*:env/*;{critical:true}:flag/*'], actions: ['deleteFlag'] },
      ],
    };
    const environment = { key: 'production', critical: true };
    const decided = (action: string) => {
      const access = toAccess(draft, action, { environment });
      return [decide([role], access).isAllowed, reasonWords(role, access)];
    };
    expect(decided('updateOn')).toEqual([true, 'by statement 1']);
    expect(decided('deleteFlag')).toEqual([false, 'by statement 2']);
    const viewing = toAccess({ ...draft, types: 'proj' }, 'viewProject', {});
    expect(reasonWords(role, viewing)).toBe('by what its bearers see');
    expect(reasonWords(role, { ...viewing, action: 'deleteProject' })).toBe('no statement speaks of it');
  });
});
