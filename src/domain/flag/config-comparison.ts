import { canonicalJson } from '../json.ts';
import type { Flag, FlagConfig } from './flag.ts';

/**
 * Whether a flag is set up differently in some of its environments: all that people set counts, ids, salts, versions
 * and dates do not.
 */
export function differsBetweenEnvironments(flag: Flag): boolean {
  const setUps = Object.values(flag.environments).map((config) => canonicalJson(setUp(config)));
  return new Set(setUps).size > 1;
}

function setUp(config: FlagConfig): unknown {
  const {
    environmentId: _environmentId,
    salt: _salt,
    sel: _sel,
    version: _version,
    lastModified: _lastModified,
    expiringTargets: _expiringTargets,
    rules,
    ...set
  } = config;
  return {
    ...set,
    rules: rules.map(({ id: _id, clauses, ...rule }) => ({
      ...rule,
      clauses: clauses.map(({ id: _clauseId, ...clause }) => clause),
    })),
  };
}
