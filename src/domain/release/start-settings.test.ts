import { describe, expect, it } from 'vitest';
import {
  aGuardian,
  anAudience,
  aPhase,
  aPipeline,
  aRelease,
  GUARDED,
} from '../../../tests/support/builders/a-release.ts';
import { InvalidRequest } from '../errors.ts';
import type { AudienceConfiguration } from './pipeline.ts';
import type { ReleasePhase } from './release.ts';
import { readStartSettings, withStartSettings } from './start-settings.ts';

const PROGRESSIVE: AudienceConfiguration = {
  ...GUARDED,
  releaseStrategy: 'progressive-release',
  releaseGuardianConfiguration: aGuardian({ rollbackOnRegression: false }),
};
const STAGES = [
  { allocation: 10_000, durationMillis: 60_000 },
  { allocation: 50_000, durationMillis: 120_000 },
];

/** A phase of one audience, that of the environment `test-id`, and another that is served at once. */
function phaseOf(configuration: Partial<AudienceConfiguration> = {}): ReleasePhase {
  const audiences = [anAudience('test-id', configuration), anAudience('production-id')];
  const [phase] = aRelease({}, { pipeline: aPipeline({ phases: [aPhase('first', [], { audiences })] }) }).phases;
  if (!phase) throw new Error('no phase');
  return phase;
}

const idOf = (phase: ReleasePhase) => phase.audiences[0]?.id ?? '';

/** What is read of `own` settings for the audience of a phase. */
function readOwn(configuration: Partial<AudienceConfiguration>, own: object) {
  const phase = phaseOf(configuration);
  const [{ audienceId, ...settings } = { audienceId: '' }] = readStartSettings(phase, [
    { audienceId: idOf(phase), ...own },
  ]);
  expect(audienceId).toBe(idOf(phase));
  return settings;
}

describe('the settings of a start', () => {
  it('are none where none are given', () => {
    expect(readStartSettings(phaseOf(), [])).toEqual([]);
    expect(readOwn({}, {})).toEqual({});
  });

  it('name who is asked and told', () => {
    const own = { notifyMemberIds: ['member-id'], notifyTeamKeys: ['team'] };
    expect(readOwn({}, own)).toEqual(own);
    expect(readOwn({}, { notifyMemberIds: [] })).toEqual({ notifyMemberIds: [] });
  });

  it.each([
    ['no object', ['audience'], /^audiences\[0\]/],
    ['no audience', [{}], /^audiences\[0\]\.audienceId: expected a string, got nothing$/],
    [
      'an unknown audience',
      [{ audienceId: 'nix' }],
      /^audiences\[0\]\.audienceId: expected the id of an audience of this phase, got "nix"$/,
    ],
    [
      'members that are no texts',
      [{ audienceId: idOf(phaseOf()), notifyMemberIds: [1] }],
      /^audiences\[0\]\.notifyMemberIds/,
    ],
    [
      'teams that are no list',
      [{ audienceId: idOf(phaseOf()), notifyTeamKeys: 'team' }],
      /^audiences\[0\]\.notifyTeamKeys/,
    ],
    [
      'a second one that is bad',
      [{ audienceId: idOf(phaseOf()) }, { audienceId: 'nix' }],
      /^audiences\[1\]\.audienceId/,
    ],
  ])('are refused with %s', (_name, given, message) => {
    const act = () => readStartSettings(phaseOf(), given);
    expect(act).toThrow(InvalidRequest);
    expect(act).toThrow(message);
  });
});

describe('guardian settings of a start', () => {
  const read = (configuration: Partial<AudienceConfiguration>, releaseGuardianConfiguration: unknown) =>
    readOwn(configuration, { releaseGuardianConfiguration }) as Partial<AudienceConfiguration>;

  it('are laid over those of the pipeline, member by member', () => {
    expect(read(GUARDED, { rolloutWeight: 25 })).toEqual({
      releaseGuardianConfiguration: aGuardian({ rolloutWeight: 25 }),
    });
    expect(read(GUARDED, {})).toEqual({ releaseGuardianConfiguration: aGuardian() });
    expect(read(PROGRESSIVE, { randomizationUnit: 'device' })).toEqual({
      releaseGuardianConfiguration: aGuardian({ randomizationUnit: 'device', rollbackOnRegression: false }),
    });
  });

  it.each([{ rolloutWeight: 25 }, { monitoringWindowMilliseconds: 5000 }])(
    'of one stage take the place of all stages of the pipeline: %o',
    (own) => {
      const guardian = aGuardian({ stages: STAGES, rolloutWeight: 50, monitoringWindowMilliseconds: 120_000 });
      const given = read({ ...GUARDED, releaseGuardianConfiguration: guardian }, own);
      expect(given.releaseGuardianConfiguration).toEqual({
        ...aGuardian(),
        rolloutWeight: 50,
        monitoringWindowMilliseconds: 120_000,
        ...own,
      });
    },
  );

  it('keep the stages of the pipeline where they speak of something else', () => {
    const guardian = aGuardian({ stages: STAGES, rolloutWeight: 50, monitoringWindowMilliseconds: 120_000 });
    const given = read({ ...GUARDED, releaseGuardianConfiguration: guardian }, { rollbackOnRegression: false });
    expect(given.releaseGuardianConfiguration).toEqual({ ...guardian, rollbackOnRegression: false });
  });

  it('take the place of the one stage of the pipeline, or of its stages, with their own', () => {
    const shown = { stages: STAGES, rolloutWeight: 50_000, monitoringWindowMilliseconds: 120_000 };
    expect(read(GUARDED, { stages: STAGES })).toEqual({ releaseGuardianConfiguration: aGuardian(shown) });
    const others = aGuardian({ stages: [{ allocation: 5000, durationMillis: 1000 }] });
    const guardian = { ...others, rolloutWeight: 5, monitoringWindowMilliseconds: 1000 };
    const given = read({ ...GUARDED, releaseGuardianConfiguration: guardian }, { stages: STAGES });
    expect(given.releaseGuardianConfiguration).toEqual(aGuardian(shown));
  });

  it('are ignored for an audience that is served at once, or that has none', () => {
    expect(read({}, { rolloutWeight: 25 })).toEqual({});
    const bare = { releaseStrategy: 'monitored-release', requireApproval: false } as const;
    expect(read(bare, { rolloutWeight: 25 })).toEqual({});
    const unwatched = { ...GUARDED, releaseStrategy: 'immediate-rollout' } as const;
    expect(read(unwatched, { rolloutWeight: 25 })).toEqual({});
  });

  it('are refused, with the field by name, where the pipeline would be refused', () => {
    const act = () => read(GUARDED, { rolloutWeight: 60 });
    expect(act).toThrow(InvalidRequest);
    expect(act).toThrow(/^audiences\[0\]\.releaseGuardianConfiguration\.rolloutWeight: expected /);
    expect(() => read(GUARDED, 'soon')).toThrow(/^audiences\[0\]\.releaseGuardianConfiguration: expected an object/);
    expect(() => read(PROGRESSIVE, { rollbackOnRegression: true })).toThrow(/rollbackOnRegression/);
  });
});

describe('a phase with the settings that it is started with', () => {
  it('has them in place of its own, audience by audience', () => {
    const phase = phaseOf({ notifyMemberIds: ['first'], notifyTeamKeys: ['team'] });
    const after = withStartSettings(phase, [{ audienceId: idOf(phase), notifyMemberIds: ['second'] }]);
    expect(after.audiences[0]?.configuration).toEqual({
      releaseStrategy: 'immediate-rollout',
      requireApproval: false,
      notifyMemberIds: ['second'],
      notifyTeamKeys: ['team'],
    });
    expect(after.audiences[0]).not.toHaveProperty('audienceId');
    expect(after.audiences[1]).toBe(phase.audiences[1]);
  });

  it('is the same one where there are none', () => {
    const phase = phaseOf();
    expect(withStartSettings(phase)).toBe(phase);
    expect(withStartSettings(phase, [])).toBe(phase);
  });
});
