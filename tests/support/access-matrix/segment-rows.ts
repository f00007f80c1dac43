import { deletersOf, IN_PROJECT, ROLES } from './roles.ts';
import { type Fixture, json, LATER, type Row, upload } from './row.ts';

const SEGMENT = { key: 'people', name: 'People' };

const segments = ({ project }: Fixture) => `segments/${project}/test`;
const segment = (fixture: Fixture) => `${segments(fixture)}/people`;

const add =
  (more: object = {}) =>
  async (fixture: Fixture): Promise<string> =>
    (await fixture.send({ method: 'POST', path: segments(fixture), body: { ...SEGMENT, ...more } })).key;

const addPeople = async (fixture: Fixture): Promise<string> => {
  await add()(fixture);
  return (await fixture.send({ ...json('/included', ['sam']), path: segment(fixture) })).key;
};

const END = { contextKey: 'sam', userKey: 'sam', contextKind: 'user', targetType: 'included', value: LATER };

const SETS_AN_END = { 'expiring-targets': 'addExpiringTarget', 'expiring-user-targets': 'addExpireUserTargetDate' };

/** Operations on segments. */
export const SEGMENT_ROWS: readonly Row[] = [
  {
    name: 'create a segment in test',
    may: IN_PROJECT,
    request: (fixture) => ({ method: 'POST', path: segments(fixture), body: SEGMENT }),
  },
  {
    name: 'put a new segment in test as a whole',
    may: IN_PROJECT,
    request: (fixture) => ({ method: 'PUT', path: segment(fixture), body: { ...SEGMENT, included: ['sam'] } }),
  },
  {
    name: 'put a segment in test as a whole',
    may: IN_PROJECT,
    given: add(),
    request: (fixture) => ({ method: 'PUT', path: segment(fixture), body: { included: ['sam'] } }),
  },
  {
    name: 'rename a segment in test',
    may: IN_PROJECT,
    given: add(),
    request: (fixture) => ({ ...json('/name', 'Other'), path: segment(fixture) }),
  },
  {
    name: 'delete a segment in test',
    may: deletersOf(IN_PROJECT),
    given: add(),
    request: (fixture) => ({ method: 'DELETE', path: segment(fixture) }),
  },
  ...(['expiring-targets', 'expiring-user-targets'] as const).map(
    (name): Row => ({
      name: `set an end of a target of a segment in test, as ${name}`,
      may: IN_PROJECT,
      given: addPeople,
      request: ({ project }) => ({
        method: 'PATCH',
        path: `segments/${project}/people/${name}/test`,
        body: { instructions: [{ kind: SETS_AN_END[name], ...END }] },
      }),
    }),
  ),
  ...['contexts', 'users'].map(
    (name): Row => ({
      name: `change the ${name} of a big segment in test`,
      may: IN_PROJECT,
      given: add({ unbounded: true }),
      request: (fixture) => ({
        method: 'POST',
        path: `${segment(fixture)}/${name}`,
        body: { included: { add: ['kim'] } },
      }),
    }),
  ),
  {
    name: 'import a big segment in test',
    may: IN_PROJECT,
    given: add({ unbounded: true }),
    request: (fixture) => ({ method: 'POST', path: `${segment(fixture)}/imports`, ...upload('kim') }),
  },
  {
    name: 'export a big segment in test',
    may: ROLES,
    leavesNoEntry: true,
    given: add({ unbounded: true }),
    request: (fixture) => ({ method: 'POST', path: `${segment(fixture)}/exports` }),
  },
  ...['flags', 'segments'].map(
    (name): Row => ({
      name: `evaluate ${name} for a context`,
      may: ROLES,
      leavesNoEntry: true,
      request: ({ project }) => ({
        method: 'POST',
        path: `projects/${project}/environments/test/${name}/evaluate`,
        body: { kind: 'user', key: 'kim' },
      }),
    }),
  ),
];
