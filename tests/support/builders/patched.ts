import { flagDifferences } from '../../../src/domain/flag/differences.ts';
import type { Flag, FlagConfig } from '../../../src/domain/flag/flag.ts';
import type { Surroundings } from '../../../src/domain/flag/surroundings.ts';
import { aConfig, aFlag } from './a-flag.ts';
import { applyInstructions } from './apply.ts';
import { testContext } from './test-context.ts';

/** What instructions make of a flag in `test`. */
export interface Patched {
  readonly flag: Flag;
  readonly config: FlagConfig;
  /** `action: words` of all differences. */
  readonly told: readonly string[];
}

/** Applies instructions to a flag, in the environment `test`. */
export function patched(flag: Flag, instructions: readonly unknown[], around: Partial<Surroundings> = {}): Patched {
  const context = testContext();
  const surroundings = { ...context.surroundings, ...around };
  const after = applyInstructions(flag, { instructions, environmentKey: 'test' }, { ...context, surroundings });
  return {
    flag: after,
    config: after.environments['test'] as FlagConfig,
    told: flagDifferences(flag, after).map(({ action, words }) => `${action}: ${words}`),
  };
}

/** A flag with one environment, `test`, that stands like this. */
export function flagWith(config: Partial<FlagConfig>, flag: Partial<Flag> = {}): Flag {
  return aFlag({ ...flag, environments: { test: aConfig(config) } });
}
