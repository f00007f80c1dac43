import { MAX_KEY_LENGTH } from '../naming.ts';
import type { FlagConfig, Serve } from './flag.ts';

/** What a configuration speaks of outside itself. */
export interface ConfigReferences {
  /** Its prerequisites. */
  readonly flagKeys: ReadonlySet<string>;
  /** Segments in clauses of its rules. */
  readonly segmentKeys: ReadonlySet<string>;
  /** Kinds of its targets, of the clauses of its rules and of its rollouts. */
  readonly contextKinds: ReadonlySet<string>;
}

/** Collects the flags, segments and context kinds that a configuration names. */
export function configReferences(config: FlagConfig): ConfigReferences {
  const clauses = config.rules.flatMap((rule) => rule.clauses);
  const [segmentMatches, others] = [
    clauses.filter(({ op }) => op === 'segmentMatch'),
    clauses.filter(({ op }) => op !== 'segmentMatch'),
  ];
  const serves = [config.fallthrough, ...config.rules.map(({ serve }) => serve)];
  return {
    flagKeys: new Set(config.prerequisites.map(({ flagKey }) => flagKey)),
    segmentKeys: new Set(segmentMatches.flatMap(({ values }) => values.map(String)).filter(isPossibleKey)),
    contextKinds: new Set([
      ...config.targets.map(({ contextKind }) => contextKind),
      ...others.map(({ contextKind }) => contextKind),
      ...serves.flatMap(rolloutKind),
    ]),
  };
}

/** Longer texts are the key of nothing. */
const isPossibleKey = (key: string) => key !== '' && key.length <= MAX_KEY_LENGTH;

function rolloutKind(serve: Serve): readonly string[] {
  return 'rollout' in serve ? [serve.rollout.contextKind] : [];
}
