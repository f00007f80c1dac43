import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { aPlan } from '../../../../tests/support/builders/a-run.ts';
import { testContext } from '../../../../tests/support/builders/test-context.ts';
import type { DocumentPatch } from '../../document-patch.ts';
import { dealTraffic } from '../../rollout/plan.ts';
import { applySteps } from '../apply-instructions.ts';
import { findRunningRollout } from '../automated.ts';
import type { Flag, Serve } from '../flag.ts';
import { documentChange } from './document-patch.ts';

const plan = aPlan({ seed: 5, originalVariationId: FALSE_ID, targetVariationId: TRUE_ID });
const automated: Serve = {
  rollout: { contextKind: 'user', variations: dealTraffic(plan, 10_000), automated: { plan } },
};
const clause = { id: 'c', contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'], negate: false };
const other = { variationId: FALSE_ID };
const onDefault = flagOf(automated, other);
const onRule = flagOf(other, automated);

function flagOf(fallthrough: Serve, serve: Serve): Flag {
  const rules = [aRule({ id: 'r', clauses: [clause], serve })];
  const production = aConfig({ environmentId: 'production-id', on: true });
  return aFlag({ environments: { test: aConfig({ on: true, fallthrough, rules }), production } });
}

function change(flag: Flag, patch: DocumentPatch): Flag {
  return applySteps(flag, documentChange(flag, patch, testContext()).steps, testContext());
}
const json = (flag: Flag, ...operations: readonly object[]) => change(flag, { format: 'json', operations });
const merge = (flag: Flag, patch: object) => change(flag, { format: 'merge', merge: patch });
const at = '/environments/test';

describe('an automated rollout and patches of documents', () => {
  it.each([
    ['on the default rule', onDefault],
    ['on a rule', onRule],
  ])('%s stays when something else changes', (_, flag) => {
    const running = findRunningRollout(flag.environments['test']);
    for (const after of [
      json(
        flag,
        { op: 'replace', path: '/name', value: 'Other' },
        { op: 'replace', path: `${at}/trackEvents`, value: true },
      ),
      json(flag, { op: 'replace', path: `${at}/rules/0/description`, value: 'Pro' }),
      json(flag, { op: 'add', path: `${at}/rules/1`, value: { clauses: [], variation: 0 } }),
      merge(flag, { name: 'Other', environments: { test: { trackEvents: true } } }),
    ]) {
      expect(after).not.toEqual(flag);
      expect(findRunningRollout(after.environments['test'])).toEqual(running);
    }
  });

  it('is ended by another serve', () => {
    const rollout = { variations: [{ variation: 0, weight: 100_000 }], contextKind: 'user' };
    for (const value of [{ variation: 0 }, { rollout }]) {
      const after = json(onDefault, { op: 'replace', path: `${at}/fallthrough`, value });
      expect(findRunningRollout(after.environments['test'])).toBeUndefined();
    }
    const merged = merge(onDefault, { environments: { test: { fallthrough: { rollout: null, variation: 1 } } } });
    expect(merged.environments['test']?.fallthrough).toEqual({ variationId: FALSE_ID });
  });

  it('cannot be moved or copied, in its place or to another', () => {
    const weight = { op: 'replace', path: `${at}/fallthrough/rollout/variations/2/weight`, value: 20_000 };
    const rest = { op: 'replace', path: `${at}/fallthrough/rollout/variations/1/weight`, value: 70_000 };
    expect(() => json(onDefault, weight, rest)).toThrow(
      'the shares as they are, since an automated rollout moves them',
    );
    const seed = { op: 'replace', path: `${at}/fallthrough/rollout/seed`, value: 6 };
    expect(() => json(onDefault, seed)).toThrow('seed: expected no seed, or that of an automated rollout of this flag');
    for (const [op, message] of [
      ['copy', 'expected the guarded rollout to stay where it is'],
      ['move', 'expected an object, got nothing'],
    ] as const) {
      expect(() =>
        json(onDefault, { op, from: `${at}/fallthrough`, path: '/environments/production/fallthrough' }),
      ).toThrow(message);
    }
    const copy = {
      op: 'copy',
      from: `${at}/fallthrough/rollout`,
      path: '/environments/production/fallthrough/rollout',
    };
    const free = { op: 'remove', path: '/environments/production/fallthrough/variation' };
    expect(() => json(onDefault, free, copy)).toThrow('expected the guarded rollout to stay where it is');
    const toRule = { op: 'copy', from: `${at}/fallthrough/rollout`, path: `${at}/rules/0/rollout` };
    const ofRule = { op: 'remove', path: `${at}/rules/0/variation` };
    expect(() => json(onDefault, ofRule, toRule)).toThrow('expected one automated rollout at a time');
    const instead = { op: 'replace', path: `${at}/fallthrough`, value: { variation: 1 } };
    expect(() => json(onDefault, ofRule, toRule, instead)).toThrow('expected the guarded rollout to stay where it is');
  });
});
