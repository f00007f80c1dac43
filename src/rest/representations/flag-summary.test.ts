import { expect, it } from 'vitest';
import { aConfig, aFlag, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { toConfigSummary } from './flag-summary.ts';

it('tells the whole share of a variation that is in a measured rollout twice', () => {
  const part = (variationId: string, weightThousandths: number, isUntracked = false) => ({
    variationId,
    weightThousandths,
    ...(isUntracked && { isUntracked }),
  });
  const variations = [part(TRUE_ID, 10_000), part(FALSE_ID, 10_000), part(FALSE_ID, 80_000, true)];
  const config = aConfig({ fallthrough: { rollout: { contextKind: 'user', variations } } });
  expect(toConfigSummary(aFlag(), config).variations).toMatchObject({ 0: { rollout: 10_000 }, 1: { rollout: 90_000 } });
});
