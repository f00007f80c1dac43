import { describe, expect, it } from 'vitest';
import { anEnvironment } from '../../../tests/support/builders/an-environment.ts';
import { NOW, objectIdNumber, testContext, uuidNumber } from '../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../errors.ts';
import { createPipeline, type NewPipeline } from './pipeline.ts';

const ENVIRONMENTS = [
  anEnvironment({ id: 'test-id', key: 'test' }),
  anEnvironment({ id: 'production-id', key: 'production' }),
];
const THIRTY_DAYS_MS = 2_592_000_000;

const audience = (overrides: object = {}) => ({ name: 'Everyone', environmentKey: 'test', ...overrides });
const phase = (overrides: object = {}) => ({ name: 'Test', audiences: [audience()], ...overrides });

function create(request: Partial<NewPipeline> = {}) {
  const whole = { key: 'standard', name: 'Standard', phases: [phase()], ...request };
  return createPipeline(whole, { projectId: 'project-id', environments: ENVIRONMENTS }, testContext());
}
const withAudience = (overrides: object) => ({ phases: [phase({ audiences: [audience(overrides)] })] });

describe('createPipeline', () => {
  it('keeps environments by id and gives phases ids', () => {
    const configuration = { releaseStrategy: 'immediate-rollout', requireApproval: false };
    const both = [audience({ configuration }), audience({ environmentKey: 'production', name: ' All ' })];
    const phases = [
      phase({ name: ' First ', audiences: both, configuration: { bakeTimeDurationMs: THIRTY_DAYS_MS } }),
      phase({ name: 'Second' }),
    ];
    const plain = { releaseStrategy: '', requireApproval: false };
    expect(create({ description: 'x', tags: ['a', 'a'], phases })).toEqual({
      id: objectIdNumber(1),
      projectId: 'project-id',
      key: 'standard',
      name: 'Standard',
      description: 'x',
      tags: ['a'],
      phases: [
        {
          id: uuidNumber(1),
          name: 'First',
          bakeTimeMs: THIRTY_DAYS_MS,
          audiences: [
            { name: 'Everyone', environmentId: 'test-id', configuration },
            { name: 'All', environmentId: 'production-id', configuration: plain },
          ],
        },
        {
          id: uuidNumber(2),
          name: 'Second',
          audiences: [{ name: 'Everyone', environmentId: 'test-id', configuration: plain }],
        },
      ],
      version: 0,
      createdAt: NOW,
    });
  });

  it('has no description and no tags unless told', () => {
    expect(create()).toMatchObject({ description: '', tags: [] });
  });

  it('takes a bake time of nothing and up to ten phases', () => {
    const phases = Array.from({ length: 10 }, () => phase({ configuration: { bakeTimeDurationMs: 0 } }));
    expect(create({ phases }).phases.map(({ bakeTimeMs }) => bakeTimeMs)).toEqual(Array.from({ length: 10 }, () => 0));
  });

  it.each([
    { given: 'immediate-rollout', stored: 'immediate-rollout' },
    { given: 'immediateRollout', stored: 'immediate-rollout' },
    { given: 'immediate', stored: 'immediate-rollout' },
    { given: '', stored: '' },
  ])('stores the strategy "$given" as "$stored"', ({ given, stored }) => {
    const pipeline = create(withAudience({ configuration: { releaseStrategy: given, requireApproval: false } }));
    expect(pipeline.phases[0]?.audiences[0]?.configuration.releaseStrategy).toBe(stored);
  });

  const BAKE_TIME = `phases[0].configuration.bakeTimeDurationMs: expected whole milliseconds from 0 to ${THIRTY_DAYS_MS}`;
  const bake = (bakeTimeDurationMs: number) => ({ phases: [phase({ configuration: { bakeTimeDurationMs } })] });
  const strategy = (releaseStrategy: string, requireApproval = false) =>
    withAudience({ configuration: { releaseStrategy, requireApproval } });

  it.each<{ name: string; request: Partial<NewPipeline>; message: string }>([
    {
      name: 'legacy pipelines',
      request: { isLegacy: true },
      message: 'isLegacy: pipelines that are only ticked off by hand are not available; expected false',
    },
    { name: 'no phases', request: { phases: [] }, message: 'phases: expected 1 to 10 phases, got 0' },
    {
      name: 'eleven phases',
      request: { phases: Array.from({ length: 11 }, () => phase()) },
      message: 'phases: expected 1 to 10 phases, got 11',
    },
    {
      name: 'a phase without audiences',
      request: { phases: [phase(), phase({ audiences: [] })] },
      message: 'phases[1].audiences: expected at least one audience, got none',
    },
    {
      name: 'a phase without a name',
      request: { phases: [phase({ name: '' })] },
      message: 'phases[0].name: "" is not a valid name; expected 1 to 256 characters',
    },
    {
      name: 'an audience without a name',
      request: withAudience({ name: '' }),
      message: 'phases[0].audiences[0].name: "" is not a valid name; expected 1 to 256 characters',
    },
    {
      name: 'an unknown environment',
      request: withAudience({ environmentKey: 'staging' }),
      message:
        'phases[0].audiences[0].environmentKey: "staging" is not an environment of this project; expected one of test, production',
    },
    {
      name: 'the same environment twice in a phase',
      request: { phases: [phase({ audiences: [audience(), audience()] })] },
      message: 'phases[0].audiences[1].environmentKey: "test" already has an audience of everyone in this phase',
    },
    {
      name: 'segments, of which there are none',
      request: withAudience({ segmentKeys: ['beta'] }),
      message: 'phases[0].audiences[0].segmentKeys[0]: "beta" is not a segment of test',
    },
    {
      name: 'a strategy that is not available',
      request: strategy('monitored-release'),
      message:
        'phases[0].audiences[0].configuration.releaseStrategy: "monitored-release" is not available; expected "immediate-rollout"',
    },
    {
      name: 'approvals',
      request: strategy('immediate', true),
      message:
        'phases[0].audiences[0].configuration.requireApproval: approvals are not available; expected false, got true',
    },
    { name: 'a negative bake time', request: bake(-1), message: `${BAKE_TIME}, got -1` },
    {
      name: 'more than thirty days of bake time',
      request: bake(THIRTY_DAYS_MS + 1),
      message: `${BAKE_TIME}, got 2592000001`,
    },
    { name: 'parts of milliseconds', request: bake(0.5), message: `${BAKE_TIME}, got 0.5` },
    {
      name: 'a bad key',
      request: { key: '-' },
      message: `key: "-" is not a valid key; expected 1 to 256 letters, digits, '.', '_' or '-', starting with a letter or digit`,
    },
    {
      name: 'a bad tag',
      request: { tags: [''] },
      message: `tags[0]: "" is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
    },
  ])('refuses $name', ({ request, message }) => {
    expect(() => create(request)).toThrow(new InvalidRequest(message));
  });
});
