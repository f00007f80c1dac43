import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { testContext } from '../../../tests/support/builders/test-context.ts';
import { applyInstructions } from '../../../tests/support/builders/apply.ts';
import { planImmediateRelease } from './plan-audience.ts';

describe('planImmediateRelease', () => {
  it('turns the flag on with the variation as default rule, and leaves targets, rules and off variation', () => {
    const config = aConfig({
      fallthrough: { variationId: FALSE_ID },
      targets: [{ contextKind: 'user', variationId: FALSE_ID, values: ['kim'] }],
      rules: [aRule()],
    });
    const patch = { environmentKey: 'test', instructions: planImmediateRelease(TRUE_ID) };
    const after = applyInstructions(aFlag({ environments: { test: config } }), patch, testContext());
    expect(after.environments['test']).toEqual({ ...config, on: true, fallthrough: { variationId: TRUE_ID } });
  });
});
