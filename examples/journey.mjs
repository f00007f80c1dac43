// One flag from its creation to production, with the official API client.
// Only the base path says that the API is Slipway's.
import api from 'launchdarkly-api-typescript';

const { Configuration, EnvironmentsApi, FeatureFlagsApi, ReleasePipelinesBetaApi, ReleasesBetaApi } = api;

const configuration = new Configuration({
  basePath: process.env.SLIPWAY_URL ?? 'http://127.0.0.1:4300',
  apiKey: process.env.SLIPWAY_TOKEN,
});
const semantic = { headers: { 'Content-Type': 'application/json; domain-model=launchdarkly.semanticpatch' } };
const beta = { headers: { 'LD-API-Version': 'beta' } };

const environments = new EnvironmentsApi(configuration);
const flags = new FeatureFlagsApi(configuration);
const pipelines = new ReleasePipelinesBetaApi(configuration);
const releases = new ReleasesBetaApi(configuration);

const [project, flagKey, pipelineKey] = ['default', 'new-checkout', 'test-then-production'];

await flags.postFeatureFlag(project, { key: flagKey, name: 'New checkout' });
console.log('created the flag');

const on = { environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] };
const { data: flag } = await flags.patchFeatureFlag(project, flagKey, on, undefined, semantic);
console.log('on in test:', flag.environments.test.on, '· in production:', flag.environments.production.on);

const phase = (name, environmentKey) => ({ name, audiences: [{ name: 'Everyone', environmentKey }] });
await pipelines.postReleasePipeline(
  project,
  {
    key: pipelineKey,
    name: 'Test, then production',
    phases: [phase('Test', 'test'), phase('Production', 'production')],
  },
  beta,
);
console.log('created the pipeline');

const { data: added } = await releases.createReleaseForFlag(
  project,
  flagKey,
  { releasePipelineKey: pipelineKey },
  beta,
);
console.log('added the flag to it');

for (const { _id: phaseId, _name: name } of added.phases) {
  await releases.updatePhaseStatus(project, flagKey, phaseId, { status: 'active' }, beta);
  console.log(`started phase ${name}`);
  await untilComplete(phaseId);
  console.log(`phase ${name} is complete`);
}

const { data: production } = await environments.getEnvironment(project, 'production');
console.log(`SDKs of ${production.name} now get true`);

async function untilComplete(phaseId) {
  for (;;) {
    const { data: release } = await releases.getReleaseByFlagKey(project, flagKey, beta);
    if (release.phases.find(({ _id }) => _id === phaseId).complete) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
