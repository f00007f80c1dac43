import { expect, it } from 'vitest';
import { readResourceId } from './resource-id.ts';

it('reads what an approval request is about', () => {
  expect(readResourceId('proj/web:env/production:flag/new-checkout')).toEqual({
    kind: 'flag',
    key: 'new-checkout',
    projectKey: 'web',
    environmentKey: 'production',
  });
  expect(readResourceId('proj/web;a,b:env/*:segment/beta;c')).toEqual({
    kind: 'segment',
    key: 'beta',
    projectKey: 'web',
    environmentKey: '*',
  });
});
