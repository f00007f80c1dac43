import type { Flag, FlagConfig, Rule } from '../../../src/domain/flag/flag.ts';
import { NOW } from './test-context.ts';

/** The variations of `aFlag()`: `true`, without a name, and `false`, called "Hidden". */
export const TRUE_ID = 'variation-true';
export const FALSE_ID = 'variation-false';

/** A boolean flag that is off in the environments `test` and `production`. */
export function aFlag(overrides: Partial<Flag> = {}): Flag {
  return {
    id: 'flag-id',
    projectId: 'project-id',
    key: 'new-cart',
    name: 'New cart',
    description: 'The cart of 2026',
    variations: [
      { id: TRUE_ID, value: true },
      { id: FALSE_ID, value: false, name: 'Hidden' },
    ],
    defaults: { onVariationId: TRUE_ID, offVariationId: FALSE_ID },
    temporary: true,
    tags: [],
    clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
    customProperties: {},
    version: 1,
    createdAt: NOW,
    environments: {
      test: aConfig({ environmentId: 'test-id' }),
      production: aConfig({ environmentId: 'production-id' }),
    },
    ...overrides,
  };
}

/** How a flag like `aFlag()` stands in an environment that nobody has touched. */
export function aConfig(overrides: Partial<FlagConfig> = {}): FlagConfig {
  return {
    environmentId: 'test-id',
    on: false,
    salt: 'salt',
    sel: 'sel',
    version: 1,
    lastModified: NOW,
    prerequisites: [],
    targets: [],
    expiringTargets: [],
    rules: [],
    fallthrough: { variationId: TRUE_ID },
    offVariationId: FALSE_ID,
    trackEvents: false,
    trackEventsFallthrough: false,
    ...overrides,
  };
}

/** A rule that serves `true` to everyone. */
export function aRule(overrides: Partial<Rule> = {}): Rule {
  return { id: 'rule-id', clauses: [], serve: { variationId: TRUE_ID }, trackEvents: false, ...overrides };
}
