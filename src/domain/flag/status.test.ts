import { describe, expect, it } from 'vitest';
import { aConfig, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { NOW } from '../../../tests/support/builders/test-context.ts';
import type { FlagConfig } from './flag.ts';
import { flagStatus, type FlagStatusName } from './status.ts';

const DAY = 24 * 60 * 60 * 1000;
const WEEK = 7 * DAY;
const on = { on: true, lastModified: NOW - WEEK };

describe('the status of a flag', () => {
  it.each<
    [
      string,
      { requested?: number; created?: number; environment?: number; config?: Partial<FlagConfig> },
      FlagStatusName,
    ]
  >([
    ['never requested and young', { created: NOW - WEEK + 1 }, 'new'],
    ['never requested, in a young environment', { created: NOW - 2 * WEEK, environment: NOW - WEEK + 1 }, 'new'],
    ['never requested and seven days old', { created: NOW - WEEK }, 'inactive'],
    ['requested less than seven days ago', { requested: NOW - WEEK + 1 }, 'active'],
    ['requested seven days ago', { requested: NOW - WEEK }, 'inactive'],
    ['serving one variation for seven days', { requested: NOW, config: on }, 'launched'],
    [
      'serving one variation for not quite as long',
      { requested: NOW, config: { ...on, lastModified: NOW - WEEK + 1 } },
      'active',
    ],
    ['off', { requested: NOW, config: { ...on, on: false } }, 'active'],
    [
      'serving another variation to a target',
      { requested: NOW, config: { ...on, targets: [{ contextKind: 'user', variationId: FALSE_ID, values: ['k'] }] } },
      'active',
    ],
    [
      'serving another variation by a rule',
      { requested: NOW, config: { ...on, rules: [aRule({ serve: { variationId: FALSE_ID } })] } },
      'active',
    ],
    [
      'serving another variation by a disabled rule',
      { requested: NOW, config: { ...on, rules: [aRule({ isDisabled: true, serve: { variationId: FALSE_ID } })] } },
      'launched',
    ],
    [
      'rolling out to nobody',
      {
        requested: NOW,
        config: {
          ...on,
          fallthrough: {
            rollout: {
              contextKind: 'user',
              variations: [
                { variationId: TRUE_ID, weightThousandths: 100_000 },
                { variationId: FALSE_ID, weightThousandths: 0 },
              ],
            },
          },
        },
      },
      'launched',
    ],
    [
      'serving the off variation where a prerequisite is not met',
      { requested: NOW, config: { ...on, prerequisites: [{ flagKey: 'x', variationId: 'y' }] } },
      'active',
    ],
  ])('%s, case %#', (_, { requested, created = NOW - 3 * WEEK, environment = 0, config }, status) => {
    const subject = { flag: { createdAt: created }, config: aConfig(config), environmentCreatedAt: environment };
    expect(flagStatus({ ...subject, lastRequestedAt: requested, now: NOW })).toBe(status);
  });
});
