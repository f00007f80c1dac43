import { SEMANTIC } from '../headers.ts';
import { deletersOf, IN_ALL_ENVIRONMENTS, IN_TEST, ROLES } from './roles.ts';
import { flagPath, json, LATER, type Row, semantic } from './row.ts';

const TURN_ON = { kind: 'turnFlagOn' };

/** Operations on flags and their configurations. */
export const FLAG_ROWS: readonly Row[] = [
  {
    name: 'create a flag',
    may: ['writer', 'admin', 'keeper'],
    request: ({ project }) => ({ method: 'POST', path: `flags/${project}`, body: { key: 'web-new', name: 'New' } }),
  },
  {
    name: 'create a flag with a tag',
    may: IN_ALL_ENVIRONMENTS,
    request: ({ project }) => ({
      method: 'POST',
      path: `flags/${project}`,
      body: { key: 'web-new', name: 'New', tags: ['team-a'] },
    }),
  },
  {
    name: 'put a new flag as a whole',
    may: ['writer', 'admin', 'keeper'],
    request: ({ project }) => ({ method: 'PUT', path: `flags/${project}/web-new`, body: { name: 'New' } }),
  },
  {
    name: 'put a new flag that is on in production as a whole',
    may: IN_ALL_ENVIRONMENTS,
    request: ({ project }) => ({
      method: 'PUT',
      path: `flags/${project}/web-new`,
      body: { name: 'New', tags: ['team-a'], environments: { production: { on: true } } },
    }),
  },
  {
    name: 'turn a flag on in test as a whole',
    may: IN_TEST,
    request: (fixture) => ({
      method: 'PUT',
      path: flagPath(fixture),
      body: { environments: { test: { on: true } } },
    }),
  },
  {
    name: 'clone a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: ({ project, flag }) => ({
      method: 'POST',
      path: `flags/${project}?clone=${flag}`,
      body: { key: 'web-new', name: 'New', tags: ['team-a'] },
    }),
  },
  {
    name: 'turn a flag on in production',
    may: [...IN_ALL_ENVIRONMENTS, 'checkout'],
    request: (fixture) => ({ ...semantic('production', { kind: 'turnFlagOn' }), path: flagPath(fixture) }),
  },
  {
    name: 'turn a flag on in production by JSON patch',
    may: [...IN_ALL_ENVIRONMENTS, 'checkout'],
    request: (fixture) => ({ ...json('/environments/production/on', true), path: flagPath(fixture) }),
  },
  {
    name: 'turn a flag on in test',
    may: IN_TEST,
    request: (fixture) => ({ ...semantic('test', { kind: 'turnFlagOn' }), path: flagPath(fixture) }),
  },
  {
    name: 'turn a flag on and target somebody in production',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      ...semantic(
        'production',
        { kind: 'turnFlagOn' },
        { kind: 'addTargets', contextKind: 'user', variationId: fixture.variationIds[0], values: ['kim'] },
      ),
      path: flagPath(fixture),
    }),
  },
  {
    name: 'turn a flag on everywhere',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      method: 'PATCH',
      path: flagPath(fixture),
      body: { environments: { test: { on: true }, production: { on: true } } },
    }),
  },
  {
    name: 'rename a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({ ...json('/name', 'Other'), path: flagPath(fixture) }),
  },
  {
    name: 'take the tag from a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      ...semantic('test', { kind: 'removeTags', values: ['team-a'] }),
      path: flagPath(fixture),
    }),
  },
  {
    name: 'copy a flag to test',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      method: 'POST',
      path: `${flagPath(fixture)}/copy`,
      body: { source: { key: 'production' }, target: { key: 'test' }, includedActions: ['updateTargets'] },
    }),
  },
  {
    name: 'set an end of a target in test',
    may: IN_TEST,
    request: (fixture) => ({
      method: 'PATCH',
      path: `${flagPath(fixture)}/expiring-targets/test`,
      headers: SEMANTIC,
      body: {
        instructions: [
          {
            kind: 'addExpiringTarget',
            contextKind: 'user',
            contextKey: 'sam',
            variationId: fixture.variationIds[0],
            value: LATER,
          },
        ],
      },
    }),
  },
  {
    name: 'delete a flag',
    may: deletersOf(IN_ALL_ENVIRONMENTS),
    request: (fixture) => ({ method: 'DELETE', path: flagPath(fixture) }),
  },
  {
    name: 'set an end of a target in test in the older form',
    may: IN_TEST,
    request: (fixture) => ({
      method: 'PATCH',
      path: `${flagPath(fixture)}/expiring-user-targets/test`,
      headers: SEMANTIC,
      body: {
        instructions: [
          { kind: 'addExpireUserTargetDate', userKey: 'sam', variationId: fixture.variationIds[0], value: LATER },
        ],
      },
    }),
  },
  {
    name: 'look for what is unsafe in a migration',
    may: ROLES,
    leavesNoEntry: true,
    given: async ({ send, project }) => {
      const migrationSettings = { stageCount: 2 };
      const body = { key: 'moving', name: 'Moving', purpose: 'migration', migrationSettings };
      return (await send({ method: 'POST', path: `flags/${project}`, body }))._id;
    },
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/flags/moving/environments/test/migration-safety-issues`,
      body: { instructions: [TURN_ON] },
    }),
  },
];
