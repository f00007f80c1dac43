import { BETA } from '../headers.ts';
import { deletersOf, IN_ALL_ENVIRONMENTS, IN_PROJECT, IN_TEST, ROLES } from './roles.ts';
import { flagPath, type Fixture, pipeline, type Row, semantic } from './row.ts';

const startRelease = ({ send, project, flag }: Fixture) =>
  send({
    method: 'PUT',
    path: `projects/${project}/flags/${flag}/release`,
    headers: BETA,
    body: { releasePipelineKey: 'standard' },
  });

const steer = ({ project, flag }: Fixture, steering: string) => ({
  method: 'POST' as const,
  path: `projects/${project}/flags/${flag}/release/${steering}`,
  headers: BETA,
  body: {},
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

/** Has a metric get worse in a guarded rollout, which then waits for a person. @returns the id of the rollout */
async function regress(fixture: Fixture): Promise<string> {
  const { send, project, flag, pass } = fixture;
  await addMetric(fixture);
  await turnOn(fixture);
  const guarded = {
    releaseKind: 'guarded',
    stages: [{ allocation: 50_000, durationMillis: 3_600_000 }],
    metrics: [{ key: 'errors' }],
  };
  await send({ path: flagPath(fixture), ...startRollout(fixture, guarded) });
  const { apiKey } = await send({ path: `projects/${project}/environments/test` });
  const reason = { kind: 'FALLTHROUGH', inExperiment: true };
  const events = Array.from({ length: 24 }, (_, index) => {
    const context = { kind: 'user', key: `user-${index}` };
    const served = { kind: 'feature', key: flag, variation: index % 2, version: 1_000, reason, context };
    return index % 2 === 0 ? [served, { kind: 'custom', key: 'error', contextKeys: { user: context.key } }] : [served];
  }).flat();
  await send({ method: 'POST', path: '/bulk', token: apiKey, body: events });
  await pass(120_000);
  const path = `projects/${project}/flags/${flag}/automated-releases`;
  return (await send({ path, headers: BETA })).items[0].id;
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

/** Makes a legacy pipeline and a release of the flag through it. */
async function startLegacyRelease({ send, project, flag }: Fixture): Promise<string> {
  const { phases } = pipeline('old');
  const plain = phases.map(({ name, audiences }) => ({
    name,
    audiences: audiences.map(({ configuration: _configuration, ...audience }) => audience),
  }));
  const body = { key: 'old', name: 'Old', isLegacy: true, phases: plain };
  await send({ method: 'POST', path: `projects/${project}/release-pipelines`, headers: BETA, body });
  const path = `projects/${project}/flags/${flag}/release`;
  await send({ method: 'PUT', path, headers: BETA, body: { releasePipelineKey: 'old' } });
  return 'old';
}

/** Makes a metric. @returns its key */
async function addMetric({ send, project }: Fixture): Promise<string> {
  const body = { key: 'errors', kind: 'custom', eventKey: 'error', successCriteria: 'LowerThanBaseline' };
  return (await send({ method: 'POST', path: `metrics/${project}`, body })).key;
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
    name: 'replace a release pipeline',
    may: IN_PROJECT,
    request: ({ project }) => ({
      method: 'PUT',
      path: `projects/${project}/release-pipelines/spare`,
      headers: BETA,
      body: { ...pipeline('spare'), name: 'Other' },
    }),
  },
  {
    name: 'change a release pipeline',
    may: IN_PROJECT,
    request: ({ project }) => ({
      method: 'PATCH',
      path: `projects/${project}/release-pipelines/spare`,
      headers: BETA,
      body: [{ op: 'replace', path: '/phases/0/name', value: 'Other' }],
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
  ...['projects/{}/flags/{}/release', 'flags/{}/{}/release'].map(
    (path): Row => ({
      name: `tick off a phase of a release by ${path}`,
      may: IN_TEST,
      given: startLegacyRelease,
      request: ({ project, flag }) => ({
        method: 'PATCH',
        path: path.replace('{}', project).replace('{}', flag),
        headers: BETA,
        body: [{ op: 'replace', path: '/phases/0/complete', value: true }],
      }),
    }),
  ),
  {
    name: 'attach metrics to a flag',
    may: IN_ALL_ENVIRONMENTS,
    given: addMetric,
    request: ({ project, flag }, key) => ({
      method: 'PUT',
      path: `projects/${project}/flags/${flag}/measured-rollout-configuration`,
      headers: BETA,
      body: { metricKeys: [key] },
    }),
  },
  ...(['pause', 'resume', 'cancel', 'rollback'] as const).map(
    (steering): Row => ({
      name: `${steering} a release`,
      may: steering === 'pause' || steering === 'resume' ? IN_ALL_ENVIRONMENTS : deletersOf(IN_ALL_ENVIRONMENTS),
      given: async (fixture) => {
        const { _id } = await startRelease(fixture);
        if (steering === 'resume') await fixture.send(steer(fixture, 'pause'));
        return _id;
      },
      request: (fixture) => steer(fixture, steering),
    }),
  ),
  {
    name: 'dismiss the alarm of a metric in test',
    may: IN_TEST,
    given: regress,
    request: ({ project }, id) => ({
      method: 'PATCH',
      path: `projects/${project}/environments/test/automated-releases/${id}/metric-states/errors`,
      headers: BETA,
      body: { action: 'dismiss_regression' },
    }),
  },
  {
    name: 'try a release',
    may: ROLES,
    leavesNoEntry: true,
    request: ({ project, flag }) => ({
      method: 'POST',
      path: `projects/${project}/flags/${flag}/release/simulation`,
      headers: BETA,
      body: { releasePipelineKey: 'standard' },
    }),
  },
  {
    name: 'pause all releases',
    may: IN_ALL_ENVIRONMENTS,
    given: async (fixture) => (await startRelease(fixture))._id,
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/releases/pause`,
      headers: BETA,
      body: {},
    }),
  },
  {
    name: 'stop a rollout in test from outside',
    may: IN_TEST,
    given: roll,
    request: ({ project, flag }) => ({
      method: 'POST',
      path: `projects/${project}/environments/test/stop-signals`,
      body: { reason: 'Too slow', flagKey: flag },
    }),
  },
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
