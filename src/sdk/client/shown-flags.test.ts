import { describe, expect, it } from 'vitest';
import { toClientFlag } from '../../domain/evaluation/client-flag.ts';
import type { Evaluation, Reason } from '../../domain/evaluation/evaluate.ts';
import type { SdkFlag } from '../../domain/evaluation/sdk-model.ts';
import { ShownFlag } from './shown-flags.ts';

const RULE = { id: 'rule', clauses: [], variation: 0, trackEvents: false };
const FLAG: SdkFlag = {
  key: 'flag "1"',
  version: 7,
  on: true,
  prerequisites: [],
  targets: [],
  contextTargets: [],
  rules: [RULE],
  fallthrough: { variation: 0 },
  offVariation: 1,
  variations: ['yes', 'no'],
  clientSideAvailability: { usingMobileKey: false, usingEnvironmentId: true },
  clientSide: true,
  salt: 'salt',
  trackEvents: false,
  trackEventsFallthrough: false,
  debugEventsUntilDate: null,
  deleted: false,
};
const EXPERIMENT = { rollout: { kind: 'experiment' as const, contextKind: 'user', variations: [] } };

const OFF: Evaluation = { value: 'yes', variationIndex: 0, reason: { kind: 'OFF' } };
const FELL: Evaluation = { ...OFF, reason: { kind: 'FALLTHROUGH' } };
const MATCHED: Evaluation = { ...OFF, reason: { kind: 'RULE_MATCH', ruleIndex: 0, ruleId: 'rule' } };
const because = (reason: Reason): Evaluation => ({ ...OFF, reason });
const EVALUATIONS: readonly Evaluation[] = [
  OFF,
  FELL,
  MATCHED,
  because({ kind: 'FALLTHROUGH', inExperiment: true }),
  because({ kind: 'RULE_MATCH', ruleIndex: 0, ruleId: 'rule', inExperiment: true }),
  because({ kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'first' }),
  { value: 'no', variationIndex: 1, reason: { kind: 'FALLTHROUGH' } },
  { value: null, variationIndex: null, reason: { kind: 'ERROR', errorKind: 'MALFORMED_FLAG' } },
  OFF,
];

const sees = (key: string) => key !== 'hidden';

describe('ShownFlag', () => {
  it.each<{ name: string; flag: Partial<SdkFlag>; evaluations: readonly Evaluation[] }>([
    {
      name: 'of which only the variation counts',
      flag: {},
      evaluations: [OFF, FELL, MATCHED, ...EVALUATIONS.slice(6)],
    },
    {
      name: 'with prerequisites',
      flag: { prerequisites: ['first', 'hidden', 'last'].map((key) => ({ key, variation: 0 })) },
      evaluations: EVALUATIONS,
    },
    {
      name: 'with a tracked rule',
      flag: { rules: [{ ...RULE, trackEvents: true }] },
      evaluations: EVALUATIONS,
    },
    { name: 'that tracks everyone else', flag: { trackEventsFallthrough: true }, evaluations: EVALUATIONS },
    { name: 'with an experiment', flag: { fallthrough: EXPERIMENT }, evaluations: EVALUATIONS },
    {
      name: 'with an experiment in a rule',
      flag: { rules: [{ id: 'rule', clauses: [], trackEvents: false, ...EXPERIMENT }] },
      evaluations: EVALUATIONS,
    },
  ])('writes a flag $name as it is evaluated, each time', ({ flag: more, evaluations }) => {
    const flag = { ...FLAG, ...more };
    for (const withReasons of [false, true]) {
      const shown = new ShownFlag(flag, 9, sees);
      for (const evaluation of [...evaluations, ...evaluations]) {
        const told = toClientFlag(flag, evaluation, { version: 9, withReasons, sees });
        expect(JSON.parse(`{${shown.write(evaluation, withReasons)}}`)).toEqual({
          [flag.key]: JSON.parse(JSON.stringify(told)),
        });
      }
    }
  });
});
