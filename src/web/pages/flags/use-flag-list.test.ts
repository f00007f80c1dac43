import { expect, it } from 'vitest';
import { toFilter } from './use-flag-list.ts';

it('asks for flags as the address says', () => {
  expect(toFilter({}, 'test')).toBe('');
  expect(toFilter({ q: 'in a parameter of its own' }, 'test')).toBe('');
  const state = { state: 'live', tags: 'a,b', maintainer: 'kim', type: 'temporary', status: 'new' };
  expect(toFilter(state, 'test')).toBe('state:live,tags:a+b,maintainerId:kim,type:temporary,filterEnv:test,status:new');
});
