import { describe, expect, it } from 'vitest';
import { aPhase, aPipeline } from '../../../tests/support/builders/a-release.ts';
import { anEnvironment } from '../../../tests/support/builders/an-environment.ts';
import { testContext, uuidNumber } from '../../../tests/support/builders/test-context.ts';
import { InvalidPatch, InvalidRequest } from '../errors.ts';
import type { Pipeline } from './pipeline.ts';
import { pipelineDifferences } from './pipeline-differences.ts';
import { patchPipeline, replacePipeline } from './update-pipeline.ts';

const ENVIRONMENTS = [
  anEnvironment({ id: 'test-id', key: 'test' }),
  anEnvironment({ id: 'production-id', key: 'production' }),
];
const IMMEDIATE = { releaseStrategy: 'immediate-rollout', requireApproval: false };
const audience = (key: string, overrides: object = {}) => ({
  name: `Everyone in ${key}-id`,
  environmentKey: key,
  configuration: IMMEDIATE,
  ...overrides,
});
const phase = (name: string, key: string, overrides: object = {}) => ({
  name,
  audiences: [audience(key)],
  ...overrides,
});
const WHOLE = {
  name: 'Standard',
  description: 'Test, then production',
  phases: [phase('first', 'test'), phase('second', 'production')],
};

const replace = (
  body: object,
  { pipeline = aPipeline(), hasActiveReleases = false, environments = ENVIRONMENTS } = {},
) => replacePipeline(pipeline, body, { environments, hasActiveReleases }, testContext());
const patch = (
  operations: unknown,
  { pipeline = aPipeline(), hasActiveReleases = false, environments = ENVIRONMENTS } = {},
) => patchPipeline(pipeline, operations, { environments, hasActiveReleases }, testContext());
const idsOf = ({ phases }: Pipeline) => phases.map(({ id }) => id);
const IN_USE = { hasActiveReleases: true };

describe('replacePipeline', () => {
  it('is the same pipeline when it is sent what there is', () => {
    for (const hasActiveReleases of [false, true]) {
      expect(pipelineDifferences(aPipeline(), replace(WHOLE, { hasActiveReleases }))).toEqual([]);
    }
  });

  it('empties what is not sent, and keeps the key', () => {
    const pipeline = aPipeline({ tags: ['web'] });
    const { name, phases } = WHOLE;
    const after = replace({ name, phases }, { pipeline });
    expect(after).toEqual({ ...pipeline, description: '', tags: [] });
  });

  it.each([
    ['a name', [phase('other', 'test'), phase('second', 'production')], ['first', 'second']],
    [
      'a bake time',
      [phase('first', 'test', { configuration: { bakeTimeDurationMs: 5 } }), phase('second', 'production')],
      ['first', 'second'],
    ],
    [
      'audiences',
      [phase('first', 'test', { audiences: [audience('test', { name: 'All' })] }), phase('second', 'production')],
      [uuidNumber(1), 'second'],
    ],
    [
      'what was put before',
      [phase('new', 'production'), phase('first', 'test'), phase('second', 'production')],
      [uuidNumber(1), uuidNumber(2), uuidNumber(3)],
    ],
    ['what was put behind', [...WHOLE.phases, phase('third', 'test')], ['first', 'second', uuidNumber(1)]],
    ['what was removed', [phase('first', 'test')], ['first']],
  ])('keeps the ids of phases by their position when they change in %s', (_name, phases, ids) => {
    expect(idsOf(replace({ ...WHOLE, phases }))).toEqual(ids);
  });

  it('renames everything of a pipeline in use', () => {
    const phases = [phase('one', 'test', { configuration: { bakeTimeDurationMs: 0 } }), phase('two', 'production')];
    const after = replace({ name: 'New', description: 'x', tags: ['t'], phases }, IN_USE);
    expect(after).toMatchObject({ name: 'New', description: 'x', tags: ['t'] });
    expect(after.phases.map(({ id, name }) => [id, name])).toEqual([
      ['first', 'one'],
      ['second', 'two'],
    ]);
  });

  const WHY = 'since flags are on their way through the pipeline';
  it.each([
    ['another bake time', [phase('first', 'test', { configuration: { bakeTimeDurationMs: 1 } }), WHOLE.phases[1]], 0],
    ['another audience', [phase('first', 'test'), phase('second', 'test')], 1],
    ['fewer phases', [phase('first', 'test')], 1],
    ['another order', WHOLE.phases.toReversed(), 0],
  ])('refuses %s while the pipeline is in use', (_name, phases, index) => {
    const name = ['first', 'second'][index];
    expect(() => replace({ ...WHOLE, phases }, IN_USE)).toThrow(
      new InvalidRequest(`phases[${index}]: expected the phase "${name}" with no change but of its name, ${WHY}`),
    );
  });

  it('refuses a further phase while the pipeline is in use', () => {
    expect(() => replace({ ...WHOLE, phases: [...WHOLE.phases, phase('third', 'test')] }, IN_USE)).toThrow(
      new InvalidRequest(`phases[2]: expected no further phase, ${WHY}`),
    );
  });

  it('lets an audience stay that has lost its environment, and no other go without one', () => {
    const environments = ENVIRONMENTS.slice(0, 1);
    const { environmentKey: _, ...lost } = audience('production');
    const second = phase('renamed', 'production', { audiences: [lost] });
    const after = replace({ ...WHOLE, phases: [WHOLE.phases[0], second] }, { environments, hasActiveReleases: true });
    expect(after.phases[1]).toEqual({ ...aPipeline().phases[1], name: 'renamed' });
    const other = { ...lost, name: 'Other' };
    expect(() => replace({ ...WHOLE, phases: [phase('first', 'test', { audiences: [other] })] })).toThrow(
      new InvalidRequest('phases[0].audiences[0].environmentKey: expected a string, got nothing'),
    );
  });

  it('goes on without configuration when it is a legacy pipeline', () => {
    const everyone = { releaseStrategy: '', requireApproval: false } as const;
    const [first] = aPipeline().phases;
    const audiences = (first?.audiences ?? []).map((one) => ({ ...one, configuration: everyone }));
    const pipeline = aPipeline({ isLegacy: true, phases: [{ id: 'first', name: 'first', audiences }] });
    const plain = { name: 'Everyone in test-id', environmentKey: 'test' };
    const body = { name: 'L', phases: [{ name: 'first', audiences: [plain] }] };
    expect(replace(body, { pipeline })).toMatchObject({ name: 'L', isLegacy: true, phases: [{ id: 'first' }] });
    const baked = { ...body.phases[0], configuration: { bakeTimeDurationMs: 1 } };
    expect(() => replace({ ...body, phases: [baked] }, { pipeline })).toThrow(InvalidRequest);
  });
});

describe('patchPipeline', () => {
  it('changes what the operations say, and lets tests hold', () => {
    const after = patch([
      { op: 'test', path: '/phases/1/name', value: 'second' },
      { op: 'test', path: '/phases/0/audiences/0/environmentKey', value: 'test' },
      { op: 'replace', path: '/phases/1/name', value: 'Early access' },
      { op: 'add', path: '/tags/-', value: '2026' },
      { op: 'replace', path: '/description', value: '' },
      { op: 'add', path: '/phases/0/configuration/bakeTimeDurationMs', value: 7 },
    ]);
    expect(after).toMatchObject({ tags: ['2026'], description: '', name: 'Standard' });
    expect(after.phases).toMatchObject([
      { id: 'first', bakeTimeMs: 7 },
      { id: 'second', name: 'Early access' },
    ]);
  });

  it('keeps the id of every phase that survives, wherever it is and whatever it has become', () => {
    const twoPhases = aPipeline();
    const third = { name: 'third', audiences: [audience('test')] };
    expect(idsOf(patch([{ op: 'add', path: '/phases/0', value: third }]))).toEqual([uuidNumber(1), 'first', 'second']);
    expect(idsOf(patch([{ op: 'move', from: '/phases/1', path: '/phases/0' }]))).toEqual(['second', 'first']);
    expect(idsOf(patch([{ op: 'remove', path: '/phases/0' }]))).toEqual(['second']);
    expect(
      idsOf(patch([{ op: 'replace', path: '/phases/0/audiences/0/environmentKey', value: 'production' }])),
    ).toEqual(idsOf(twoPhases));
    expect(idsOf(patch([{ op: 'copy', from: '/phases/0', path: '/phases/0' }]))).toEqual([
      'first',
      uuidNumber(1),
      'second',
    ]);
    expect(idsOf(patch([{ op: 'replace', path: '/phases/0', value: third }]))).toEqual([uuidNumber(1), 'second']);
  });

  it('reads what it writes: stages, gates, segments and lost environments', () => {
    const guardian = {
      monitoringWindowMilliseconds: 5000,
      rolloutWeight: 50,
      rollbackOnRegression: true,
      randomizationUnit: 'user',
    };
    const phases = [
      aPhase('first', ['test-id'], {
        bakeTimeMs: 5,
        startsAutomatically: true,
        gates: [{ kind: 'rollback', url: 'https://gate', timeoutMs: 2000 }],
      }),
      {
        ...aPhase('second', []),
        audiences: [
          { name: 'Lost', environmentId: 'lost-id', configuration: { releaseStrategy: '', requireApproval: false } },
          {
            name: 'Beta',
            environmentId: 'production-id',
            segmentKeys: ['beta'],
            configuration: {
              releaseStrategy: 'monitored-release',
              requireApproval: true,
              notifyMemberIds: ['m'],
              notifyTeamKeys: ['t'],
              releaseGuardianConfiguration: guardian,
            },
          },
        ],
      },
    ] as const;
    const pipeline = aPipeline({ phases });
    for (const hasActiveReleases of [false, true]) {
      const options = { pipeline, hasActiveReleases };
      expect(patch([], options)).toEqual(pipeline);
      const renamed = patch([{ op: 'replace', path: '/phases/1/name', value: 'x' }], options);
      expect(renamed).toEqual({ ...pipeline, phases: [phases[0], { ...phases[1], name: 'x' }] });
    }
  });

  it.each([
    [
      { op: 'replace', path: '/key', value: 'x' },
      'patch[0].path: expected a path below /name, /description, /tags, /phases, got "/key"',
    ],
    [
      { op: 'replace', path: '/_version', value: 5 },
      'patch[0].path: expected a path below /name, /description, /tags, /phases, got "/_version"',
    ],
    [
      { op: 'copy', from: '/createdAt', path: '/name' },
      'patch[0].from: expected a path below /name, /description, /tags, /phases, got "/createdAt"',
    ],
    [{ op: 'test', path: '/name', value: 'x' }, 'patch[0]: test of /name failed'],
    [{ op: 'remove', path: '/name' }, 'name: expected a string, got nothing'],
    [{ op: 'remove', path: '/phases/0/audiences/0' }, 'phases[0].audiences: expected at least one audience, got none'],
  ])('refuses %j', (operation, message) => {
    expect(() => patch([operation])).toThrow(new InvalidRequest(message));
  });

  it.each([[{ op: 'replace', path: '/phases/7/name', value: 'x' }], [{ op: 'jump', path: '/name' }], ['x'], [null]])(
    'refuses %j as no operation on it',
    (operation) => {
      expect(() => patch([operation])).toThrow(InvalidPatch);
    },
  );

  it('refuses all but names while the pipeline is in use', () => {
    expect(patch([{ op: 'replace', path: '/phases/0/name', value: 'x' }], IN_USE).phases[0]?.name).toBe('x');
    expect(() => patch([{ op: 'move', from: '/phases/1', path: '/phases/0' }], IN_USE)).toThrow(InvalidRequest);
    expect(() => patch([{ op: 'remove', path: '/phases/1' }], IN_USE)).toThrow(InvalidRequest);
  });
});

describe('pipelineDifferences', () => {
  const before = aPipeline();
  const actions = (after: Partial<Pipeline>) =>
    pipelineDifferences(before, { ...before, ...after }).map(({ action, words }) => [action, words]);
  const [first, second] = before.phases as [Pipeline['phases'][number], Pipeline['phases'][number]];

  it('asks for an action for each thing that changed', () => {
    expect(actions({ name: 'n', description: 'd', tags: ['t'] }).map(([action]) => action)).toEqual([
      'updateReleasePipelineName',
      'updateReleasePipelineDescription',
      'updateReleasePipelineTags',
    ]);
    expect(actions({ phases: [{ ...first, name: 'one', bakeTimeMs: 5 }, second] })).toEqual([
      ['updateReleasePipelinePhaseName', 'Renamed the phase "first" to "one"'],
      ['updateReleasePipelinePhase', 'Changed the phase "one"'],
    ]);
    expect(actions({ phases: [second, { ...first, id: 'new' }] })).toEqual([
      ['updateReleasePipelinePhase', 'Removed the phase "first"'],
      ['updateReleasePipelinePhase', 'Added the phase "first"'],
    ]);
    expect(actions({ phases: [second, first] })).toEqual([
      ['updateReleasePipelinePhase', 'Put the phases in another order'],
    ]);
  });
});
