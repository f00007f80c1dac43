import { BETA } from '../headers.ts';
import { deletersOf, IN_TEST } from './roles.ts';
import { type Fixture, inTest, type Row } from './row.ts';

const ASK = { description: 'Please', instructions: [{ kind: 'turnFlagOn' }] };
const requests = (fixture: Fixture) => inTest(fixture, 'approval-requests');

/** A request of the owner's. @returns its id */
const ask = async (fixture: Fixture): Promise<string> =>
  (await fixture.send({ method: 'POST', path: requests(fixture), body: ASK }))._id;

const askAndApprove = async (fixture: Fixture): Promise<string> => {
  const id = await ask(fixture);
  const body = { kind: 'approve' };
  await fixture.send({ method: 'POST', path: `approval-requests/${id}/reviews`, body, token: fixture.admin });
  return id;
};

/** What is done to a request, by either of its paths. */
function rowsOf(where: string, path: (fixture: Fixture) => string): readonly Row[] {
  return [
    {
      name: `review a request ${where}`,
      may: IN_TEST,
      given: ask,
      request: (fixture, id) => ({
        method: 'POST',
        path: `${path(fixture)}/${id}/reviews`,
        body: { kind: 'approve' },
      }),
    },
    {
      name: `apply a request ${where}`,
      may: IN_TEST,
      given: askAndApprove,
      request: (fixture, id) => ({ method: 'POST', path: `${path(fixture)}/${id}/apply`, body: {} }),
    },
    {
      name: `change a request ${where}`,
      may: IN_TEST,
      given: ask,
      request: (fixture, id) => ({
        method: 'PATCH',
        path: `${path(fixture)}/${id}`,
        headers: BETA,
        body: { instructions: [{ kind: 'updateDescription', value: 'Now' }] },
      }),
    },
    {
      name: `delete a request ${where}`,
      may: deletersOf(IN_TEST),
      given: ask,
      request: (fixture, id) => ({ method: 'DELETE', path: `${path(fixture)}/${id}` }),
    },
  ];
}

/** Operations on approval requests. */
export const APPROVAL_ROWS: readonly Row[] = [
  {
    name: 'request approval in test',
    may: IN_TEST,
    request: ({ project, flag }) => ({
      method: 'POST',
      path: 'approval-requests',
      body: { ...ASK, resourceId: `proj/${project}:env/test:flag/${flag}` },
    }),
  },
  ...rowsOf('in test', () => 'approval-requests'),
  {
    name: 'request approval of a flag in test',
    may: IN_TEST,
    request: (fixture) => ({ method: 'POST', path: requests(fixture), body: ASK }),
  },
  {
    name: 'request approval to copy a flag to test',
    may: IN_TEST,
    request: (fixture) => ({
      method: 'POST',
      path: inTest(fixture, 'approval-requests-flag-copy'),
      body: { description: 'Please', source: { key: 'production' } },
    }),
  },
  ...rowsOf('of a flag in test', requests),
];
