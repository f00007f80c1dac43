import { BETA } from '../headers.ts';
import { deletersOf, IN_PROJECT, OF_ADMINS } from './roles.ts';
import { type Fixture, json, type Row } from './row.ts';

const CONFIGS = 'account/relay-auto-configs';
const CONFIG = { name: 'Relay', policy: [{ effect: 'allow', resources: ['proj/*:env/*'], actions: ['*'] }] };

const addConfig = async ({ send }: Fixture): Promise<string> =>
  (await send({ method: 'POST', path: CONFIGS, body: CONFIG }))._id;

/** Has an SDK tell of an application with a version. @returns its key */
async function tellOfApplication({ spare, tell }: Fixture): Promise<string> {
  await tell(`application-id/${spare} application-version/1`);
  return spare;
}

/** Operations on configurations of Relay Proxies, and on applications. */
export const RELAY_ROWS: readonly Row[] = [
  {
    name: 'create a configuration of a Relay Proxy',
    may: OF_ADMINS,
    request: () => ({ method: 'POST', path: CONFIGS, body: CONFIG }),
  },
  {
    name: 'rename a configuration of a Relay Proxy',
    may: OF_ADMINS,
    given: addConfig,
    request: (_fixture, id) => ({ ...json('/name', 'Other'), path: `${CONFIGS}/${id}` }),
  },
  {
    name: 'reset the key of a Relay Proxy',
    may: OF_ADMINS,
    given: addConfig,
    request: (_fixture, id) => ({ method: 'POST', path: `${CONFIGS}/${id}/reset` }),
  },
  {
    name: 'delete a configuration of a Relay Proxy',
    may: deletersOf(OF_ADMINS),
    given: addConfig,
    request: (_fixture, id) => ({ method: 'DELETE', path: `${CONFIGS}/${id}` }),
  },
  {
    name: 'describe an application',
    may: IN_PROJECT,
    given: tellOfApplication,
    request: ({ spare }) => ({ ...json('/description', 'Ours'), path: `applications/${spare}`, headers: BETA }),
  },
  {
    name: 'support a version of an application no more',
    may: IN_PROJECT,
    given: tellOfApplication,
    request: ({ spare }) => ({
      ...json('/supported', false),
      path: `applications/${spare}/versions/1`,
      headers: BETA,
    }),
  },
  {
    name: 'delete a version of an application',
    may: deletersOf(IN_PROJECT),
    given: tellOfApplication,
    request: ({ spare }) => ({ method: 'DELETE', path: `applications/${spare}/versions/1`, headers: BETA }),
  },
  {
    name: 'delete an application',
    may: deletersOf(IN_PROJECT),
    given: tellOfApplication,
    request: ({ spare }) => ({ method: 'DELETE', path: `applications/${spare}`, headers: BETA }),
  },
];
