import { describe, expect, it } from 'vitest';
import { aFlag, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { aPhase, aPipeline, aRelease } from '../../../tests/support/builders/a-release.ts';
import { NOW, objectIdNumber, testContext, uuidNumber } from '../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../errors.ts';
import { createRelease, isUnderWay, type PhaseStatus, releaseState, requireReleaseVariation } from './release.ts';

const LIVING = new Set(['test-id', 'production-id']);

describe('createRelease', () => {
  it('is a snapshot of the pipeline in which nothing has happened yet', () => {
    const phases = [
      aPhase('first', ['test-id'], { bakeTimeMs: 1000 }),
      aPhase('second', ['production-id', 'deleted-id'], { name: 'Everywhere' }),
    ];
    const request = { flag: aFlag(), pipeline: aPipeline({ phases }), variationId: FALSE_ID };
    const configuration = { releaseStrategy: 'immediate-rollout', requireApproval: false };
    const audience = (number: number, environmentId: string) => ({
      id: uuidNumber(number),
      name: `Everyone in ${environmentId}`,
      environmentId,
      configuration,
    });
    expect(createRelease(request, LIVING, testContext())).toEqual({
      id: objectIdNumber(1),
      projectId: 'project-id',
      flagId: 'flag-id',
      pipelineKey: 'standard',
      pipelineName: 'Standard',
      pipelineDescription: 'Test, then production',
      variationId: FALSE_ID,
      phases: [
        {
          id: 'first',
          name: 'first',
          status: 'not-started',
          bakeTimeMs: 1000,
          audiences: [{ ...audience(1, 'test-id'), status: 'not-started' }],
        },
        {
          id: 'second',
          name: 'Everywhere',
          status: 'not-started',
          audiences: [
            { ...audience(2, 'production-id'), status: 'not-started' },
            { ...audience(3, 'deleted-id'), status: 'skipped' },
          ],
        },
      ],
      version: 0,
      createdAt: NOW,
    });
  });

  it('refuses a pipeline without any environment left', () => {
    const request = { flag: aFlag(), pipeline: aPipeline(), variationId: undefined };
    expect(() => createRelease(request, new Set(['other-id']), testContext())).toThrow(
      new InvalidRequest('releasePipelineKey: no environment of pipeline "standard" exists any more'),
    );
  });
});

describe('requireReleaseVariation', () => {
  it.each([
    { name: 'the one whose value is true', flag: aFlag(), variationId: undefined, expected: TRUE_ID },
    {
      name: 'the one whose value is true, wherever it stands',
      flag: aFlag({ variations: aFlag().variations.toReversed() }),
      variationId: undefined,
      expected: TRUE_ID,
    },
    { name: 'the one asked for', flag: aFlag(), variationId: FALSE_ID, expected: FALSE_ID },
  ])('is $name', ({ flag, variationId, expected }) => {
    expect(requireReleaseVariation(flag, variationId)).toBe(expected);
  });

  const strings = [
    { id: 'a', value: 'a' },
    { id: 'b', value: 'b' },
  ];
  it.each([
    {
      name: 'flags that are not boolean',
      flag: aFlag({ variations: strings }),
      variationId: 'a',
      message: 'flag "new-cart": expected a boolean flag, since release pipelines of this project take no others',
    },
    {
      name: 'archived flags',
      flag: aFlag({ archivedAt: NOW }),
      variationId: undefined,
      message: 'flag "new-cart": expected a flag in use, but it is archived',
    },
    {
      name: 'unknown variations',
      flag: aFlag(),
      variationId: 'x',
      message: `releaseVariationId: "x" is not a variation of new-cart; expected one of ${TRUE_ID}, ${FALSE_ID}`,
    },
  ])('refuses $name', ({ flag, variationId, message }) => {
    expect(() => requireReleaseVariation(flag, variationId)).toThrow(new InvalidRequest(message));
  });
});

describe('requireReleaseVariation by the rules of a project and a pipeline', () => {
  const strings = [
    { id: 'a', value: 'a' },
    { id: 'b', value: 'b' },
  ];
  const multivariate = aFlag({ variations: strings });
  const migration = aFlag({ variations: strings, migrationSettings: {} as never });

  it('takes a variation of any flag that was named when the project releases any', () => {
    expect(requireReleaseVariation(multivariate, 'b', { releaseFlagKinds: 'any' })).toBe('b');
    expect(requireReleaseVariation(aFlag(), undefined, { releaseFlagKinds: 'any' })).toBe(TRUE_ID);
    expect(() => requireReleaseVariation(multivariate, undefined, { releaseFlagKinds: 'any' })).toThrow(
      new InvalidRequest('releaseVariationId: nothing is not a variation of new-cart; expected one of a, b'),
    );
    expect(() => requireReleaseVariation(migration, 'a', { releaseFlagKinds: 'any' })).toThrow(
      new InvalidRequest('flag "new-cart": expected no migration flag, since release pipelines take none'),
    );
  });

  it('asks legacy pipelines for no variation, but for one of the flag if it is named', () => {
    expect(requireReleaseVariation(multivariate, undefined, { isLegacy: true })).toBe('');
    expect(requireReleaseVariation(migration, 'a', { isLegacy: true })).toBe('a');
    expect(requireReleaseVariation(aFlag(), undefined, { isLegacy: true })).toBe(TRUE_ID);
    expect(() => requireReleaseVariation(multivariate, 'x', { isLegacy: true })).toThrow(InvalidRequest);
    expect(() => requireReleaseVariation(aFlag({ archivedAt: NOW }), undefined, { isLegacy: true })).toThrow(
      new InvalidRequest('flag "new-cart": expected a flag in use, but it is archived'),
    );
  });
});

describe('a release', () => {
  const inStatus = (first: PhaseStatus, second: PhaseStatus) =>
    aRelease().phases.map((phase, index) => ({ ...phase, status: index === 0 ? first : second }));

  it.each([
    {
      name: 'active while a phase is not complete',
      phases: inStatus('completed', 'active'),
      canceledAt: undefined,
      expected: 'active',
    },
    {
      name: 'completed with its last phase',
      phases: inStatus('completed', 'completed'),
      canceledAt: undefined,
      expected: 'completed',
    },
    {
      name: 'canceled since somebody canceled it',
      phases: inStatus('completed', 'active'),
      canceledAt: NOW,
      expected: 'canceled',
    },
  ])('is $name', ({ phases, canceledAt, expected }) => {
    expect(releaseState({ phases, canceledAt })).toBe(expected);
  });

  it('is under way once a phase has been started', () => {
    const release = aRelease();
    expect(isUnderWay(release)).toBe(false);
    const phases = release.phases.map((phase, index) => (index === 1 ? { ...phase, startedAt: NOW } : phase));
    expect(isUnderWay({ ...release, phases })).toBe(true);
  });
});
