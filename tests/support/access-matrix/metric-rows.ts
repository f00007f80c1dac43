import { BETA } from '../headers.ts';
import { deletersOf, IN_PROJECT } from './roles.ts';
import { type Fixture, json, type Row } from './row.ts';

const METRIC = { key: 'latency', kind: 'custom', eventKey: 'request' };
const GROUP = { key: 'health', name: 'Health', kind: 'standard', metrics: [{ key: 'latency' }] };

const metrics = ({ project }: Fixture) => `metrics/${project}`;
const groups = ({ project }: Fixture) => `projects/${project}/metric-groups`;

const addMetric = async (fixture: Fixture): Promise<string> =>
  (await fixture.send({ method: 'POST', path: metrics(fixture), body: METRIC })).key;

const addGroup = async (fixture: Fixture): Promise<string> => {
  await addMetric(fixture);
  return (await fixture.send({ method: 'POST', path: groups(fixture), body: GROUP, headers: BETA })).key;
};

/** Operations on metrics and their groups. */
export const METRIC_ROWS: readonly Row[] = [
  {
    name: 'create a metric',
    may: IN_PROJECT,
    request: (fixture) => ({ method: 'POST', path: metrics(fixture), body: METRIC }),
  },
  {
    name: 'rename a metric',
    may: IN_PROJECT,
    given: addMetric,
    request: (fixture, key) => ({ ...json('/name', 'Other'), path: `${metrics(fixture)}/${key}` }),
  },
  {
    name: 'delete a metric',
    may: deletersOf(IN_PROJECT),
    given: addMetric,
    request: (fixture, key) => ({ method: 'DELETE', path: `${metrics(fixture)}/${key}` }),
  },
  {
    name: 'create a metric group',
    may: IN_PROJECT,
    given: addMetric,
    request: (fixture) => ({ method: 'POST', path: groups(fixture), body: GROUP, headers: BETA }),
  },
  {
    name: 'rename a metric group',
    may: IN_PROJECT,
    given: addGroup,
    request: (fixture, key) => ({ ...json('/name', 'Other'), path: `${groups(fixture)}/${key}`, headers: BETA }),
  },
  {
    name: 'delete a metric group',
    may: deletersOf(IN_PROJECT),
    given: addGroup,
    request: (fixture, key) => ({ method: 'DELETE', path: `${groups(fixture)}/${key}`, headers: BETA }),
  },
];
