import { BETA } from '../app.ts';
import { deletersOf, IN_ALL_ENVIRONMENTS, IN_PROJECT, IN_TEST } from './roles.ts';
import { flagPath, type Fixture, pipeline, type Row, semantic } from './row.ts';

const startRelease = ({ send, project, flag }: Fixture) =>
  send({
    method: 'PUT',
    path: `projects/${project}/flags/${flag}/release`,
    headers: BETA,
    body: { releasePipelineKey: 'standard' },
  });

const policies = ({ project }: Fixture) => `projects/${project}/release-policies`;
const SCOPED = {
  key: 'steps',
  name: 'Steps',
  releaseMethod: 'progressive-release',
  scope: { environmentKeys: ['test'] },
};

const startRollout = ({ variationIds: [target, original] }: Fixture, more = {}) =>
  semantic('test', {
    kind: 'startAutomatedRelease',
    releaseKind: 'progressive',
    originalVariationId: original,
    targetVariationId: target,
    randomizationUnit: 'user',
    stages: [{ allocation: 10_000, durationMillis: 60_000 }],
    ...more,
  });
const CLAUSES = [{ contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'], negate: false }];

/** Turns the flag on in test. */
async function turnOn(fixture: Fixture): Promise<string> {
  await fixture.send({ path: flagPath(fixture), ...semantic('test', { kind: 'turnFlagOn' }) });
  return '';
}

/** Turns the flag on and starts a rollout. @returns the id of the first rule, if there is one */
async function roll(fixture: Fixture, more = {}): Promise<string> {
  await turnOn(fixture);
  const { environments } = await fixture.send({ path: flagPath(fixture), ...startRollout(fixture, more) });
  return environments.test.rules[0]?._id ?? '';
}

/** Makes a release policy. @returns its key */
async function addPolicy(fixture: Fixture): Promise<string> {
  await fixture.send({ method: 'POST', path: policies(fixture), headers: BETA, body: SCOPED });
  return SCOPED.key;
}

/** Makes two of them. @returns the key of the first */
async function addPolicies(fixture: Fixture): Promise<string> {
  await fixture.send({ method: 'POST', path: policies(fixture), headers: BETA, body: { ...SCOPED, key: 'other' } });
  return addPolicy(fixture);
}

/** Operations on pipelines and releases. */
export const RELEASE_ROWS: readonly Row[] = [
  {
    name: 'create a release pipeline',
    may: IN_PROJECT,
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/release-pipelines`,
      headers: BETA,
      body: pipeline('other'),
    }),
  },
  {
    name: 'start a rollout of the default rule in test',
    may: IN_TEST,
    given: turnOn,
    request: (fixture) => ({ path: flagPath(fixture), ...startRollout(fixture) }),
  },
  {
    name: 'stop a rollout of the default rule in test',
    may: IN_TEST,
    given: roll,
    request: (fixture) => ({
      path: flagPath(fixture),
      ...semantic('test', { kind: 'stopAutomatedRelease', finalVariationId: fixture.variationIds[0] }),
    }),
  },
  {
    name: 'start a rollout of a new rule in test',
    may: IN_TEST,
    given: turnOn,
    request: (fixture) => ({ path: flagPath(fixture), ...startRollout(fixture, { clauses: CLAUSES }) }),
  },
  {
    name: 'stop a rollout of a rule in test',
    may: IN_TEST,
    given: (fixture) => roll(fixture, { clauses: CLAUSES }),
    request: (fixture, ruleId) => ({
      path: flagPath(fixture),
      ...semantic('test', { kind: 'stopAutomatedRelease', finalVariationId: fixture.variationIds[0], ruleId }),
    }),
  },
  {
    name: 'delete a release pipeline',
    may: deletersOf(IN_PROJECT),
    request: ({ project }) => ({
      method: 'DELETE',
      path: `projects/${project}/release-pipelines/spare`,
      headers: BETA,
    }),
  },
  {
    name: 'release a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: ({ project, flag }) => ({
      method: 'PUT',
      path: `projects/${project}/flags/${flag}/release`,
      headers: BETA,
      body: { releasePipelineKey: 'standard' },
    }),
  },
  {
    name: 'start a phase of a release in test',
    may: IN_TEST,
    given: async (fixture) => (await startRelease(fixture)).phases[0]._id,
    request: ({ project, flag }, id) => ({
      method: 'PUT',
      path: `projects/${project}/flags/${flag}/release/phases/${id}`,
      headers: BETA,
      body: { status: 'active' },
    }),
  },
  ...['projects/{}/flags/{}/release', 'flags/{}/{}/release'].map(
    (path): Row => ({
      name: `remove a flag from its pipeline by ${path}`,
      may: deletersOf(IN_ALL_ENVIRONMENTS),
      given: async (fixture) => (await startRelease(fixture))._id,
      request: ({ project, flag }) => ({
        method: 'DELETE',
        path: path.replace('{}', project).replace('{}', flag),
        headers: BETA,
      }),
    }),
  ),
  {
    name: 'create a release policy',
    may: IN_PROJECT,
    request: (fixture) => ({ method: 'POST', path: policies(fixture), headers: BETA, body: SCOPED }),
  },
  {
    name: 'replace a release policy',
    may: IN_PROJECT,
    given: addPolicy,
    request: (fixture) => ({
      method: 'PUT',
      path: `${policies(fixture)}/steps`,
      headers: BETA,
      body: { ...SCOPED, name: 'Other' },
    }),
  },
  {
    name: 'put release policies in another order',
    may: IN_PROJECT,
    given: addPolicies,
    request: (fixture) => ({
      method: 'POST',
      path: `${policies(fixture)}/order`,
      headers: BETA,
      body: ['steps', 'other'],
    }),
  },
  {
    name: 'delete a release policy',
    may: deletersOf(IN_PROJECT),
    given: addPolicy,
    request: (fixture) => ({ method: 'DELETE', path: `${policies(fixture)}/steps`, headers: BETA }),
  },
];
