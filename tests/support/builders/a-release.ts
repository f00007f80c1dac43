import type { Pipeline, PipelinePhase } from '../../../src/domain/release/pipeline.ts';
import { createRelease, type Release } from '../../../src/domain/release/release.ts';
import { aFlag, TRUE_ID } from './a-flag.ts';
import { testContext, NOW } from './test-context.ts';

const EVERYONE = { releaseStrategy: 'immediate-rollout', requireApproval: false } as const;

/** A phase for everyone in the environments with these ids. */
export function aPhase(
  id: string,
  environmentIds: readonly string[],
  overrides: Partial<PipelinePhase> = {},
): PipelinePhase {
  return {
    id,
    name: id,
    audiences: environmentIds.map((environmentId) => ({
      name: `Everyone in ${environmentId}`,
      environmentId,
      configuration: EVERYONE,
    })),
    ...overrides,
  };
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
