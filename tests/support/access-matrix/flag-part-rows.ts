import { BETA } from '../headers.ts';
import { deletersOf, IN_ALL_ENVIRONMENTS, IN_TEST } from './roles.ts';
import { type Fixture, flagPath, inTest, LATER, type Row } from './row.ts';

const TURN_ON = { kind: 'turnFlagOn' };
const CHANGE = { executionDate: LATER, instructions: [TURN_ON] };
const WORKFLOW = {
  name: 'Rollout',
  stages: [
    {
      conditions: [{ kind: 'schedule', scheduleKind: 'absolute', executionDate: LATER }],
      action: { instructions: [TURN_ON] },
    },
  ],
};
const TRIGGER = { integrationKey: 'generic-trigger', instructions: [TURN_ON] };
const LINK = { deepLink: 'https://x.org/', title: 'Ticket' };

const changes = (fixture: Fixture) => inTest(fixture, 'scheduled-changes');
const workflows = (fixture: Fixture) => inTest(fixture, 'workflows');
const triggers = (fixture: Fixture) => `${flagPath(fixture)}/triggers/test`;
const links = ({ project, flag }: Fixture) => `flag-links/projects/${project}/flags/${flag}`;
const manifest = ({ project }: Fixture) => `projects/${project}/openfeature/v0/manifest/flags`;
const follower = (fixture: Fixture) => inTest(fixture, 'followers', fixture.memberId);

/** Makes a thing of a flag, as the owner. @returns its id */
const add = (path: (fixture: Fixture) => string, body: object) => async (fixture: Fixture) =>
  (await fixture.send({ method: 'POST', path: path(fixture), body, headers: BETA }))._id as string;

/** Operations on what belongs to a flag: scheduled changes, workflows, triggers, links, followers, the manifest. */
export const FLAG_PART_ROWS: readonly Row[] = [
  {
    name: 'schedule a change in test',
    may: IN_TEST,
    request: (fixture) => ({ method: 'POST', path: changes(fixture), body: CHANGE }),
  },
  {
    name: 'move a scheduled change in test',
    may: IN_TEST,
    given: add(changes, CHANGE),
    request: (fixture, id) => ({
      method: 'PATCH',
      path: `${changes(fixture)}/${id}`,
      body: { instructions: [{ kind: 'updateScheduledChangesExecutionDate', value: LATER + 1 }] },
    }),
  },
  {
    name: 'delete a scheduled change in test',
    may: IN_TEST,
    given: add(changes, CHANGE),
    request: (fixture, id) => ({ method: 'DELETE', path: `${changes(fixture)}/${id}` }),
  },
  {
    name: 'create a workflow in test',
    may: IN_TEST,
    request: (fixture) => ({ method: 'POST', path: workflows(fixture), body: WORKFLOW }),
  },
  {
    name: 'delete a workflow in test',
    may: IN_TEST,
    given: add(workflows, WORKFLOW),
    request: (fixture, id) => ({ method: 'DELETE', path: `${workflows(fixture)}/${id}` }),
  },
  {
    name: 'create a trigger in test',
    may: IN_TEST,
    request: (fixture) => ({ method: 'POST', path: triggers(fixture), body: TRIGGER }),
  },
  {
    name: 'disable a trigger in test',
    may: IN_TEST,
    given: add(triggers, TRIGGER),
    request: (fixture, id) => ({
      method: 'PATCH',
      path: `${triggers(fixture)}/${id}`,
      body: { instructions: [{ kind: 'disableTrigger' }] },
    }),
  },
  {
    name: 'delete a trigger in test',
    may: deletersOf(IN_TEST),
    given: add(triggers, TRIGGER),
    request: (fixture, id) => ({ method: 'DELETE', path: `${triggers(fixture)}/${id}` }),
  },
  {
    name: 'link a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({ method: 'POST', path: links(fixture), body: LINK, headers: BETA }),
  },
  {
    name: 'change a link of a flag',
    may: IN_ALL_ENVIRONMENTS,
    given: add(links, LINK),
    request: (fixture, id) => ({
      method: 'PATCH',
      path: `${links(fixture)}/${id}`,
      headers: BETA,
      body: [{ op: 'replace', path: '/title', value: 'Other' }],
    }),
  },
  {
    name: 'delete a link of a flag',
    may: deletersOf(IN_ALL_ENVIRONMENTS),
    given: add(links, LINK),
    request: (fixture, id) => ({ method: 'DELETE', path: `${links(fixture)}/${id}`, headers: BETA }),
  },
  {
    name: 'let somebody else follow a flag in test',
    may: IN_TEST,
    request: (fixture) => ({ method: 'PUT', path: follower(fixture) }),
  },
  {
    name: 'let somebody else not follow a flag in test any more',
    may: IN_TEST,
    given: async (fixture) => {
      await fixture.send({ method: 'PUT', path: follower(fixture) });
      return fixture.memberId;
    },
    request: (fixture) => ({ method: 'DELETE', path: follower(fixture) }),
  },
  {
    name: 'create a flag of the manifest',
    may: ['writer', 'admin', 'keeper'],
    request: (fixture) => ({
      method: 'POST',
      path: manifest(fixture),
      body: { key: 'web-new', type: 'boolean', defaultValue: false },
    }),
  },
  {
    name: 'change a flag of the manifest',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      method: 'PUT',
      path: `${manifest(fixture)}/${fixture.flag}`,
      body: { key: fixture.flag, type: 'boolean', description: 'Other' },
    }),
  },
  {
    name: 'archive a flag of the manifest',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({ method: 'DELETE', path: `${manifest(fixture)}/${fixture.flag}` }),
  },
];
