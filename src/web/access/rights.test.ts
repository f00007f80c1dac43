import { describe, expect, it } from 'vitest';
import { BASE_ROLES, type Role } from '../../domain/access/policy.ts';
import { accessesTo } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { denialOf, denialOfAll } from './rights.ts';

const metric = specifier.inProject({ key: 'shop' }, 'metric', { key: 'errors' });

describe('what a page offers', () => {
  it('is what the roles allow, all of it', () => {
    const needs = accessesTo(metric, ['updateName', 'deleteMetric']);
    expect(denialOf([BASE_ROLES.writer], needs)).toBeUndefined();
    expect(denialOf([BASE_ROLES.reader], needs)).toBe('Your role does not allow this: updateName');
  });

  it('says which role denies something', () => {
    const careful: Role = {
      name: 'careful',
      basePermissions: 'reader',
      policy: [
        { effect: 'allow', resources: ['proj/*:metric/*'], actions: ['*'] },
        { effect: 'deny', resources: ['proj/*:metric/*'], actions: ['deleteMetric'] },
      ],
    };
    expect(denialOf([careful], accessesTo(metric, ['updateName']))).toBeUndefined();
    expect(denialOf([careful], accessesTo(metric, ['deleteMetric']))).toBe(
      'The role careful denies this: deleteMetric',
    );
  });

  it('is offered when one of several is enough', () => {
    expect(denialOfAll(['no', undefined])).toBeUndefined();
    expect(denialOfAll(['no', 'nor this'])).toBe('no');
    expect(denialOfAll([])).toBeUndefined();
  });
});
