import { describe, expect, it } from 'vitest';
import { anEnvironment } from '../../../tests/support/builders/an-environment.ts';
import { NOW, objectIdNumber, testContext, uuidNumber } from '../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../errors.ts';
import { createPipeline } from './create-pipeline.ts';

const ENVIRONMENTS = [
  anEnvironment({ id: 'test-id', key: 'test' }),
  anEnvironment({ id: 'production-id', key: 'production' }),
];
const THIRTY_DAYS_MS = 2_592_000_000;

const audience = (overrides: object = {}) => ({ name: 'Everyone', environmentKey: 'test', ...overrides });
const phase = (overrides: object = {}) => ({ name: 'Test', audiences: [audience()], ...overrides });

function create(request: object = {}) {
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

  it('takes audiences of segments beside everyone, gates and phases that start by themselves', () => {
    const [first, second] = create({
      phases: [
        phase({
          audiences: [audience(), audience({ segmentKeys: ['beta'] }), audience({ segmentKeys: ['vip'] })],
          configuration: { gates: [{ kind: 'rollback', url: 'https://gate' }] },
        }),
        phase({
          audiences: [audience({ segmentKeys: [] })],
          configuration: {
            startAutomatically: true,
            gates: [{ kind: 'confirm-rollout', url: 'http://g', timeoutMillis: 1000 }],
          },
        }),
      ],
    }).phases;
    expect(first?.audiences.map(({ segmentKeys }) => segmentKeys)).toEqual([undefined, ['beta'], ['vip']]);
    expect(first?.gates).toEqual([{ kind: 'rollback', url: 'https://gate', timeoutMs: 60_000 }]);
    expect(first).not.toHaveProperty('startsAutomatically');
    expect(second).toMatchObject({
      startsAutomatically: true,
      gates: [{ kind: 'confirm-rollout', url: 'http://g', timeoutMs: 1000 }],
    });
    expect(second?.audiences[0]).not.toHaveProperty('segmentKeys');
  });

  it('keeps who is told of an approval, each once', () => {
    const configuration = {
      releaseStrategy: 'immediate',
      requireApproval: true,
      notifyMemberIds: ['m', 'm'],
      notifyTeamKeys: [],
    };
    expect(create(withAudience({ configuration })).phases[0]?.audiences[0]?.configuration).toEqual({
      releaseStrategy: 'immediate-rollout',
      requireApproval: true,
      notifyMemberIds: ['m'],
    });
  });

  it('takes legacy pipelines without configuration', () => {
    const plain = { releaseStrategy: '', requireApproval: false };
    expect(create({ isLegacy: true, phases: [phase({ configuration: {} })] }).isLegacy).toBe(true);
    const { phases } = create({ isLegacy: true, ...withAudience({ configuration: plain, segmentKeys: ['beta'] }) });
    expect(phases[0]?.audiences[0]).toMatchObject({ segmentKeys: ['beta'], configuration: plain });
    expect(create()).not.toHaveProperty('isLegacy');
  });

  const BAKE_TIME = `phases[0].configuration.bakeTimeDurationMs: expected whole milliseconds from 0 to ${THIRTY_DAYS_MS}`;
  const bake = (bakeTimeDurationMs: number) => ({ phases: [phase({ configuration: { bakeTimeDurationMs } })] });
  const GATE = 'phases[0].configuration.gates[0]';
  const gate = (members: object) => ({ phases: [phase({ configuration: { gates: [members] } })] });
  const strategy = (releaseStrategy: string, requireApproval = false) =>
    withAudience({ configuration: { releaseStrategy, requireApproval } });

  it.each<{ name: string; request: object; message: string }>([
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
      name: 'a segment twice in one audience',
      request: withAudience({ segmentKeys: ['beta', 'vip', 'beta'] }),
      message: 'phases[0].audiences[0].segmentKeys[2]: "beta" already has an audience in this environment and phase',
    },
    {
      name: 'a segment in two audiences of an environment',
      request: {
        phases: [
          phase({ audiences: [audience({ segmentKeys: ['beta'] }), audience({ segmentKeys: ['vip', 'beta'] })] }),
        ],
      },
      message: 'phases[0].audiences[1].segmentKeys[1]: "beta" already has an audience in this environment and phase',
    },
    {
      name: 'a segment key that is none',
      request: withAudience({ segmentKeys: ['a b'] }),
      message: `phases[0].audiences[0].segmentKeys[0]: "a b" is not a valid key; expected 1 to 256 letters, digits, '.', '_' or '-', starting with a letter or digit`,
    },
    {
      name: 'an unknown strategy',
      request: strategy('canary'),
      message:
        'phases[0].audiences[0].configuration.releaseStrategy: expected immediate-rollout, monitored-release, progressive-release or an empty text, got "canary"',
    },
    {
      name: 'a strategy in stages without saying how',
      request: strategy('monitored-release'),
      message: 'phases[0].audiences[0].configuration.releaseGuardianConfiguration: expected an object, got nothing',
    },
    {
      name: 'an approval that is neither required nor not',
      request: withAudience({ configuration: { releaseStrategy: '' } }),
      message: 'phases[0].audiences[0].configuration.requireApproval: expected true or false, got nothing',
    },
    {
      name: 'an unknown kind of gate',
      request: gate({ kind: 'pre', url: 'https://x' }),
      message: `${GATE}.kind: expected one of confirm-rollout, confirm-traffic-increase, confirm-promotion, rollback, got "pre"`,
    },
    {
      name: 'a gate elsewhere than on the web',
      request: gate({ kind: 'rollback', url: 'ftp://x' }),
      message: `${GATE}.url: expected an http or https URL, got "ftp://x"`,
    },
    {
      name: 'a gate that nobody can answer in time',
      request: gate({ kind: 'rollback', url: 'http://x', timeoutMillis: 999 }),
      message: `${GATE}.timeoutMillis: expected whole milliseconds from 1000 to 86400000, got 999`,
    },
    {
      name: 'a legacy pipeline that bakes',
      request: { isLegacy: true, ...bake(5) },
      message:
        'phases[0].configuration.bakeTimeDurationMs: expected nothing, since phases of legacy pipelines are only ticked off, got 5',
    },
    {
      name: 'a legacy pipeline that asks for approval',
      request: { isLegacy: true, ...strategy('', true) },
      message:
        'phases[0].audiences[0].configuration: expected nothing, since audiences of legacy pipelines are only ticked off, got {"releaseStrategy":"","requireApproval":true}',
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
