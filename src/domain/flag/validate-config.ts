import { InvalidRequest } from '../errors.ts';
import type { FlagConfig } from './flag.ts';

const MAX_RULES = 5_000;
const MAX_RULE_VALUES = 50_000;
const MAX_TARGET_KEYS = 100_000;

/** Checks the size limits of a configuration (docs/wire/flags.md, "Limits"). @throws InvalidRequest naming the limit. */
export function requireConfig(config: FlagConfig, at: string): FlagConfig {
  const values = sum(config.rules.flatMap((rule) => rule.clauses).map((clause) => clause.values.length));
  limit(config.rules.length, MAX_RULES, 'rules', at);
  limit(values, MAX_RULE_VALUES, 'values in all rules', at);
  limit(sum(config.targets.map((target) => target.values.length)), MAX_TARGET_KEYS, 'individual targets', at);
  return config;
}

function limit(count: number, max: number, what: string, at: string): void {
  if (count > max) throw new InvalidRequest(`${at}: expected at most ${max} ${what}, would be ${count}`);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
