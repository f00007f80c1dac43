import { deletersOf, IN_PROJECT, IN_TEST, ROLES } from './roles.ts';
import type { Fixture, Row } from './row.ts';

const environment = ({ project }: Fixture) => `projects/${project}/environments/test`;
const kinds = ({ project }: Fixture) => `projects/${project}/context-kinds`;

/** Has an SDK tell of a user. @returns the id of the context instance */
async function tellOfKim(fixture: Fixture): Promise<string> {
  const { apiKey } = await fixture.send({ path: environment(fixture) });
  const body = [{ kind: 'identify', context: { kind: 'user', key: 'kim' } }];
  await fixture.send({ method: 'POST', path: '/bulk', token: apiKey, body });
  return Buffer.from('kim').toString('base64url');
}

/** Operations on contexts. */
export const CONTEXT_ROWS: readonly Row[] = [
  ...['contexts', 'context-instances'].map(
    (things): Row => ({
      name: `search ${things}`,
      may: ROLES,
      leavesNoEntry: true,
      request: (fixture) => ({ method: 'POST', path: `${environment(fixture)}/${things}/search` }),
    }),
  ),
  {
    name: 'forget a context instance',
    may: deletersOf(IN_PROJECT),
    given: tellOfKim,
    request: (fixture, id) => ({ method: 'DELETE', path: `${environment(fixture)}/context-instances/${id}` }),
  },
  {
    name: 'create a context kind',
    may: IN_PROJECT,
    request: (fixture) => ({ method: 'PUT', path: `${kinds(fixture)}/device`, body: { name: 'Device' } }),
  },
  {
    name: 'rename a context kind',
    may: IN_PROJECT,
    request: (fixture) => ({ method: 'PUT', path: `${kinds(fixture)}/user`, body: { name: 'Person' } }),
  },
  {
    name: 'target a context',
    may: IN_TEST,
    request: (fixture) => ({
      method: 'PUT',
      path: `${environment(fixture)}/contexts/user/kim/flags/${fixture.flag}`,
      body: { setting: true },
    }),
  },
  {
    name: 'target a user',
    may: IN_TEST,
    request: ({ project, flag }) => ({
      method: 'PUT',
      path: `users/${project}/test/kim/flags/${flag}`,
      body: { setting: true },
    }),
  },
];
