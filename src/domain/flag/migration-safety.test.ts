import { describe, expect, it } from 'vitest';
import { aProject } from '../../../tests/support/builders/a-project.ts';
import { anEnvironment } from '../../../tests/support/builders/an-environment.ts';
import { testContext } from '../../../tests/support/builders/test-context.ts';
import { createFlag } from './create-flag.ts';
import type { FlagConfig, Rule } from './flag.ts';
import { findSafetyIssues, issueWords } from './migration-safety.ts';
import type { Stage } from './migration.ts';

const flag = createFlag(
  { key: 'store', name: 'Store', purpose: 'migration', migrationSettings: { stageCount: 6, contextKind: 'account' } },
  { project: aProject(), environments: [anEnvironment({ key: 'test' })], firstVersions: new Map() },
  testContext(),
);
const idOf = (stage: Stage) => flag.variations.find(({ value }) => value === stage)?.id as string;
const at = (...stages: readonly (readonly [Stage, number])[]) => ({
  rollout: {
    contextKind: 'account',
    variations: stages.map(([stage, weight]) => ({ variationId: idOf(stage), weightThousandths: weight * 1000 })),
  },
});
const cohort = (id: string, stage: Stage, key = id): Rule => ({
  id,
  clauses: [
    { id: `clause of ${id}`, contextKind: 'account', attribute: 'key', op: 'in', values: [key], negate: false },
  ],
  serve: at([stage, 100]),
  trackEvents: false,
});
const config = (fallthrough: FlagConfig['fallthrough'], ...rules: readonly Rule[]): FlagConfig => ({
  ...(flag.environments['test'] as FlagConfig),
  fallthrough,
  rules,
});
const all = (stage: Stage) => at([stage, 100]);
const issue = (code: 'new' | 'old', causingRuleId: string, ...affectedRuleIds: readonly string[]) => ({
  code: `missing_data_in_${code}_system`,
  causingRuleId,
  affectedRuleIds,
});

describe('changing a migration', () => {
  it.each([
    [
      'adding a cohort that reads the new system before one without data there',
      config(all('off')),
      config(all('off'), cohort('a', 'live')),
      [issue('new', 'a', 'fallthrough')],
    ],
    [
      'removing a cohort without data before one that reads the new system',
      config(all('live'), cohort('a', 'off')),
      config(all('live')),
      [issue('new', 'a', 'fallthrough')],
    ],
    [
      'moving a cohort without data behind one that reads the new system',
      config(all('off'), cohort('a', 'off'), cohort('b', 'complete')),
      config(all('off'), cohort('b', 'complete'), cohort('a', 'off')),
      [issue('new', 'a', 'a')],
    ],
    [
      'leaving the old system and coming back to it',
      config(all('off'), cohort('a', 'complete')),
      config(all('off')),
      [issue('old', 'a', 'fallthrough')],
    ],
    [
      'skipping the stages that write to both',
      config(all('off')),
      config(all('live')),
      [issue('new', 'fallthrough', 'fallthrough')],
    ],
    [
      'letting a part skip them',
      config(at(['off', 50], ['live', 50])),
      config(at(['live', 100])),
      [issue('new', 'fallthrough', 'fallthrough')],
    ],
    [
      'going back when the old system is not written any more',
      config(all('complete')),
      config(all('shadow')),
      [issue('old', 'fallthrough', 'fallthrough')],
    ],
    [
      'letting other contexts into a cohort',
      config(all('off'), cohort('a', 'live')),
      config(all('off'), cohort('a', 'live', 'other')),
      [issue('new', 'a', 'fallthrough')],
    ],
    ['going step by step', config(all('off')), config(all('dualwrite')), []],
    ['going on from both systems to the new one', config(all('live')), config(all('complete')), []],
    [
      'giving more to a stage that writes to both',
      config(at(['off', 50], ['dualwrite', 50])),
      config(at(['off', 10], ['dualwrite', 90])),
      [],
    ],
    ['adding a cohort that writes to both', config(all('off')), config(all('off'), cohort('a', 'dualwrite')), []],
    ['changing nothing', config(all('off'), cohort('a', 'live')), config(all('off'), cohort('a', 'live')), []],
  ])('%s', (_, before, after, issues) => {
    expect(findSafetyIssues(flag, before, after)).toEqual(issues);
  });

  it('is told to people', () => {
    const [found] = findSafetyIssues(flag, config(all('off')), config(all('off'), cohort('a', 'live')));
    expect(found && issueWords(found)).toBe(
      'Through the change of cohort a, contexts that are in the stage off now (the default cohort) would read from the new system, which does not have what they wrote.',
    );
  });
});
