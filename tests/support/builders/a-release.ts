import type {
  AudienceConfiguration,
  GuardianConfiguration,
  Pipeline,
  PipelineAudience,
  PipelinePhase,
} from '../../../src/domain/release/pipeline.ts';
import { createRelease, type Release } from '../../../src/domain/release/release.ts';
import { aFlag, TRUE_ID } from './a-flag.ts';
import { testContext, NOW } from './test-context.ts';

const IMMEDIATE = { releaseStrategy: 'immediate-rollout', requireApproval: false } as const;

/** One day at 10 %, and back when a metric gets worse. */
export function aGuardian(overrides: Partial<GuardianConfiguration> = {}): GuardianConfiguration {
  return {
    monitoringWindowMilliseconds: 86_400_000,
    rolloutWeight: 10,
    rollbackOnRegression: true,
    randomizationUnit: 'user',
    ...overrides,
  };
}

/** What is watched while it is released to. */
export const GUARDED: AudienceConfiguration = {
  releaseStrategy: 'monitored-release',
  requireApproval: false,
  releaseGuardianConfiguration: aGuardian(),
};

/** Everyone in the environment with this id, at once and without approval unless the configuration says otherwise. */
export function anAudience(
  environmentId: string,
  configuration: Partial<AudienceConfiguration> = {},
): PipelineAudience {
  return {
    name: `Everyone in ${environmentId}`,
    environmentId,
    configuration: { ...IMMEDIATE, ...configuration },
  };
}

/** A phase for everyone in the environments with these ids. */
export function aPhase(
  id: string,
  environmentIds: readonly string[],
  overrides: Partial<PipelinePhase> = {},
): PipelinePhase {
  return { id, name: id, audiences: environmentIds.map((environmentId) => anAudience(environmentId)), ...overrides };
}

/** Two phases without bake time: `first` in test, `second` in production. */
export function aPipeline(overrides: Partial<Pipeline> = {}): Pipeline {
  return {
    id: 'pipeline-id',
    projectId: 'project-id',
    key: 'standard',
    name: 'Standard',
    description: 'Test, then production',
    tags: [],
    phases: [aPhase('first', ['test-id']), aPhase('second', ['production-id'])],
    version: 0,
    createdAt: NOW,
    ...overrides,
  };
}

/** A release through the phases, as `createRelease` makes it: nothing has happened to it yet, not even `created`. */
export function aRelease(
  overrides: Partial<Release> = {},
  { pipeline = aPipeline(), deletedEnvironmentIds = [] as readonly string[] } = {},
): Release {
  const living = pipeline.phases.flatMap((phase) => phase.audiences.map((audience) => audience.environmentId));
  const livingEnvironmentIds = new Set(living.filter((id) => !deletedEnvironmentIds.includes(id)));
  const request = { flag: aFlag(), pipeline, variationId: TRUE_ID };
  return { ...createRelease(request, livingEnvironmentIds, testContext()), ...overrides };
}
