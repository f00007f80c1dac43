import { jsonKey } from '../json.ts';
import type { Flag, FlagConfig } from './flag.ts';

/**
 * Whether a flag is set up differently in some of these environments. All that people set counts; ids, salts, versions
 * and dates do not, nor does the order of what has none: individual targets, their keys, and prerequisites.
 */
export function differsBetweenEnvironments(flag: Flag, environmentKeys: readonly string[]): boolean {
  const configs = environmentKeys.flatMap((key) => flag.environments[key] ?? []);
  return new Set(configs.map((config) => jsonKey(setUp(config)))).size > 1;
}

function setUp(config: FlagConfig): unknown {
  const {
    environmentId: _environmentId,
    salt: _salt,
    sel: _sel,
    version: _version,
    lastModified: _lastModified,
    expiringTargets: _expiringTargets,
    debugEventsUntilDate: _debugEventsUntilDate,
    prerequisites,
    targets,
    rules,
    ...set
  } = config;
  return {
    ...set,
    prerequisites: unordered(prerequisites),
    targets: unordered(targets.map((target) => ({ ...target, values: target.values.toSorted() }))),
    rules: rules.map(({ id: _id, ref: _ref, clauses, ...rule }) => ({
      ...rule,
      clauses: clauses.map(({ id: _clauseId, ...clause }) => clause),
    })),
  };
}

function unordered(list: readonly unknown[]): readonly string[] {
  return list.map(jsonKey).toSorted();
}
