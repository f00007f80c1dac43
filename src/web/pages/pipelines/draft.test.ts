import { describe, expect, it } from 'vitest';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import { ApiError } from '../../api/request.ts';
import { newAudience, newPhase, toDraft, toPatch, toPhases, withStrategy } from './draft.ts';
import { moved } from '../../ui/moved.ts';
import { movedAudience, nextPlace } from './moves.ts';
import { problemsOf } from './problems.ts';

let count = 0;
const newId = () => `new-${count++}`;

const environment = { _links: {}, key: 'test', name: 'Test', color: '000000' };
const guardian = {
  monitoringWindowMilliseconds: 1000,
  rolloutWeight: 10,
  rollbackOnRegression: true,
  randomizationUnit: 'user',
};
const pipeline: PipelineRep = {
  createdAt: '',
  key: 'p',
  name: 'Careful',
  description: '',
  tags: ['a'],
  _version: 0,
  _isLegacy: false,
  phases: [
    {
      id: 'one',
      name: 'One',
      configuration: { bakeTimeDurationMs: 0 },
      audiences: [{ name: 'Plain', environment, configuration: { releaseStrategy: '', requireApproval: false } }],
    },
    {
      id: 'two',
      name: 'Two',
      configuration: { gates: [{ kind: 'rollback', url: 'https://gate', timeoutMillis: 1000 }] },
      audiences: [
        {
          name: 'Lost',
          segmentKeys: ['beta'],
          configuration: {
            releaseStrategy: 'monitored-release',
            requireApproval: true,
            releaseGuardianConfiguration: guardian,
          },
        },
      ],
    },
  ],
};

describe('the draft of a pipeline', () => {
  it('sends what nobody has changed as it came', () => {
    const draft = toDraft(pipeline, newId);
    expect(toPatch(draft, draft)).toEqual([]);
    expect(toPhases(draft)).toEqual([
      {
        id: 'one',
        name: 'One',
        configuration: { bakeTimeDurationMs: 0 },
        audiences: [
          { name: 'Plain', environmentKey: 'test', configuration: pipeline.phases[0]?.audiences[0]?.configuration },
        ],
      },
      {
        id: 'two',
        name: 'Two',
        configuration: pipeline.phases[1]?.configuration,
        audiences: [
          { name: 'Lost', segmentKeys: ['beta'], configuration: pipeline.phases[1]?.audiences[0]?.configuration },
        ],
      },
    ]);
  });

  it('patches only what has changed', () => {
    const draft = toDraft(pipeline, newId);
    expect(toPatch(draft, { ...draft, name: ' New ', tags: [] })).toEqual([
      { op: 'replace', path: '/name', value: 'New' },
      { op: 'replace', path: '/tags', value: [] },
    ]);
  });

  it('shows a weight of percent and of thousandths alike, and sends changed ones as stages', () => {
    const draft = toDraft(pipeline, newId);
    const lost = draft.phases[1]?.audiences[0];
    expect(lost?.settings.stages).toEqual([{ percent: 10, durationMillis: 1000 }]);
    if (!lost) throw new Error('there is one');
    const stages = [{ percent: 0.05, durationMillis: 5 }];
    const audiences = [{ ...lost, settings: { ...lost.settings, stages } }];
    const [, second] = toPhases({
      phases: draft.phases.map((phase, index) => (index === 1 ? { ...phase, audiences } : phase)),
    });
    expect(second).toMatchObject({
      audiences: [
        {
          configuration: {
            releaseGuardianConfiguration: {
              stages: [{ allocation: 50, durationMillis: 5 }],
              rollbackOnRegression: true,
            },
          },
        },
      ],
    });
  });

  it('sends nothing of watching for what is not watched', () => {
    const audience = newAudience(newId, 'test');
    const settings = withStrategy({ ...audience.settings, metricKeys: ['errors'] }, 'progressive-release');
    const phase = { ...newPhase(newId, 'New', 'test'), audiences: [{ ...audience, settings }] };
    expect(toPhases({ phases: [phase] })).toMatchObject([
      { audiences: [{ configuration: { releaseGuardianConfiguration: { randomizationUnit: 'user' } } }] },
    ]);
    expect(JSON.stringify(toPhases({ phases: [phase] }))).not.toMatch(/metricKeys|rollbackOnRegression|new-/);
  });
});

describe('moving phases and audiences', () => {
  it.each([
    [0, 2, 'bac'],
    [0, 3, 'bca'],
    [2, 0, 'cab'],
    [1, 1, 'abc'],
    [9, 0, 'abc'],
  ])('puts the item at %d before the one at %d', (from, to, expected) => {
    expect(moved(['a', 'b', 'c'], from, to).join('')).toBe(expected);
  });

  it('takes audiences over the edge of a phase', () => {
    const { phases } = toDraft(pipeline, newId);
    const down = nextPlace(phases, { phase: 0, audience: 0 }, 'down');
    expect(down).toEqual({ phase: 1, audience: 0 });
    const names = movedAudience(phases, { phase: 0, audience: 0 }, { phase: 1, audience: 0 }).map(({ audiences }) =>
      audiences.map(({ name }) => name),
    );
    expect(names).toEqual([[], ['Plain', 'Lost']]);
    expect(nextPlace(phases, { phase: 0, audience: 0 }, 'up')).toBeUndefined();
    expect(nextPlace(phases, { phase: 1, audience: 0 }, 'up')).toEqual({ phase: 0, audience: 1 });
    expect(nextPlace(phases, { phase: 1, audience: 0 }, 'down')).toBeUndefined();
  });
});

describe('what the service refuses', () => {
  it('belongs to the field that it names', () => {
    const message = 'phases[0].audiences[1].segmentKeys[0]: expected a key, got 1';
    const at = problemsOf(new ApiError({ status: 400, code: 'invalid_request', message }));
    expect(at('phases[0].audiences[1].segmentKeys')).toBe('expected a key, got 1');
    expect(at('phases[0].audiences[1].name')).toBeUndefined();
    expect(at('phases[0].audiences[10]')).toBeUndefined();
    expect(problemsOf(new Error(message))('phases[0]')).toBeUndefined();
  });
});
