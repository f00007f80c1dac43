import { deletersOf, IN_PROJECT } from './roles.ts';
import { type Fixture, json, type Row } from './row.ts';

const ALL = 'code-refs/repositories';
const SCAN = { head: 'a1', syncTime: 5, references: [] };

/** Makes a repository with a branch. @returns its name */
async function repository({ spare, send }: Fixture): Promise<string> {
  await send({ method: 'POST', path: ALL, body: { name: spare } });
  await send({ method: 'PUT', path: `${ALL}/${spare}/branches/main`, body: { name: 'main', ...SCAN } });
  return spare;
}

/** Operations on references of code. */
export const CODE_ROWS: readonly Row[] = [
  {
    name: 'create a code repository',
    may: IN_PROJECT,
    request: ({ spare }) => ({ method: 'POST', path: ALL, body: { name: `new-${spare}` } }),
  },
  {
    name: 'switch off a code repository',
    may: IN_PROJECT,
    given: repository,
    request: (_fixture, id) => ({ ...json('/enabled', false), path: `${ALL}/${id}` }),
  },
  {
    name: 'delete a code repository',
    may: deletersOf(IN_PROJECT),
    given: repository,
    request: (_fixture, id) => ({ method: 'DELETE', path: `${ALL}/${id}` }),
  },
  {
    name: 'store a branch of code',
    may: IN_PROJECT,
    given: repository,
    request: (_fixture, id) => ({ method: 'PUT', path: `${ALL}/${id}/branches/dev`, body: { name: 'dev', ...SCAN } }),
  },
  {
    name: 'delete branches of code',
    may: IN_PROJECT,
    given: repository,
    request: (_fixture, id) => ({ method: 'POST', path: `${ALL}/${id}/branch-delete-tasks`, body: ['main'] }),
  },
  {
    name: 'tell that a flag is gone from code',
    may: IN_PROJECT,
    given: repository,
    request: ({ project, flag }, id) => ({
      method: 'POST',
      path: `${ALL}/${id}/branches/main/extinction-events`,
      body: [{ revision: 'a1', message: 'Gone', time: 5, flagKey: flag, projKey: project }],
    }),
  },
];
