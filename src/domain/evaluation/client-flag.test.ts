import { describe, expect, it } from 'vitest';
import { anSdkFlag } from '../../../tests/support/sdk-items.ts';
import { type ClientFlagSettings, isVisible, toClientFlag } from './client-flag.ts';
import type { Evaluation, Reason } from './evaluation.ts';
import type { SdkFlag } from './sdk-model.ts';

const FLAG = anSdkFlag({
  version: 7,
  prerequisites: [
    { key: 'first', variation: 0 },
    { key: 'second', variation: 0 },
  ],
  rules: [
    { id: 'plain', clauses: [], variation: 0, trackEvents: false },
    { id: 'tracked', clauses: [], variation: 0, trackEvents: true },
  ],
  variations: [true, false],
});
const rule = (ruleIndex: number): Reason => ({ kind: 'RULE_MATCH', ruleIndex, ruleId: 'id' });
const serving = (reason: Reason): Evaluation => ({ value: true, variationIndex: 0, reason });
const SETTINGS: ClientFlagSettings = { version: 9, withReasons: false, sees: () => true };
const client = (reason: Reason, flag: Partial<SdkFlag> = {}, settings: Partial<ClientFlagSettings> = {}) =>
  toClientFlag({ ...FLAG, ...flag }, serving(reason), { ...SETTINGS, ...settings });

describe('toClientFlag', () => {
  it('tells value, variation and both versions, and no more unless there is', () => {
    expect(client({ kind: 'OFF' })).toEqual({ value: true, variation: 0, version: 9, flagVersion: 7 });
  });

  it('tells the reason when asked to', () => {
    expect(client({ kind: 'OFF' }, {}, { withReasons: true }).reason).toEqual({ kind: 'OFF' });
  });

  it('tells what is to be tracked', () => {
    expect(client({ kind: 'OFF' }, { trackEvents: true })).toMatchObject({ trackEvents: true });
    expect(client({ kind: 'OFF' }, { debugEventsUntilDate: 5 })).toMatchObject({ debugEventsUntilDate: 5 });
  });

  it.each<[string, Reason, Partial<SdkFlag>, boolean]>([
    ['a rule', rule(0), {}, false],
    ['a rule that is tracked', rule(1), {}, true],
    ['a rule with an experiment', { ...rule(0), inExperiment: true } as Reason, {}, true],
    ['the default rule', { kind: 'FALLTHROUGH' }, {}, false],
    ['the default rule that is tracked', { kind: 'FALLTHROUGH' }, { trackEventsFallthrough: true }, true],
    ['the default rule with an experiment', { kind: 'FALLTHROUGH', inExperiment: true }, {}, true],
    ['a target', { kind: 'TARGET_MATCH' }, { trackEventsFallthrough: true }, false],
  ])('knows whether %s belongs to an experiment', (_name, reason, flag, isTracked) => {
    const { trackEvents, trackReason, reason: told } = client(reason, flag);
    expect([trackEvents, trackReason, told]).toEqual(
      isTracked ? [true, true, reason] : [undefined, undefined, undefined],
    );
  });

  it.each<[string, Reason, readonly string[] | undefined]>([
    ['all', { kind: 'FALLTHROUGH' }, ['first', 'second']],
    ['those up to one that failed', { kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'first' }, ['first']],
    ['none of a flag that is off', { kind: 'OFF' }, undefined],
    ['none of a broken flag', { kind: 'ERROR', errorKind: 'MALFORMED_FLAG' }, undefined],
  ])('names the prerequisites that were looked at: %s', (_name, reason, expected) => {
    expect(client(reason).prerequisites).toEqual(expected);
  });

  it('names no prerequisites that are not seen', () => {
    expect(client({ kind: 'FALLTHROUGH' }, {}, { sees: (key) => key === 'second' }).prerequisites).toEqual(['second']);
  });
});

describe('isVisible', () => {
  it.each(['server', 'mobile', 'browser'] as const)('goes by the availability of the flag for %s', (viewer) => {
    expect(isVisible(FLAG, viewer)).toBe(viewer !== 'mobile');
  });
});
