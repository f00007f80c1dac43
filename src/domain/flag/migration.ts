import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { show } from '../json.ts';
import { readContextKind } from '../context-kind.ts';
import { type Flag, type FlagConfig, FULL_WEIGHT, type MigrationSettings, type Variation } from './flag.ts';

/** Steps of moving from an old system to a new one: who is read from, who is written to (docs/wire/flags.md). */
export type Stage = 'off' | 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';

const STAGES: Record<MigrationSettings['stageCount'], readonly Stage[]> = {
  2: ['off', 'complete'],
  4: ['off', 'shadow', 'live', 'complete'],
  6: ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'],
};

const NAMES: Record<Stage, string> = {
  off: 'Off',
  dualwrite: 'Dual write',
  shadow: 'Shadow',
  live: 'Live',
  rampdown: 'Ramp down',
  complete: 'Complete',
};

/** The variations of a migration flag: one for each stage, in order. */
export function stageVariations({ stageCount }: MigrationSettings): readonly Omit<Variation, 'id'>[] {
  return STAGES[stageCount].map((stage) => ({ value: stage, name: NAMES[stage] }));
}

/**
 * Reads the settings of a new migration flag: `stageCount`, and `contextKind` with six stages and only then.
 * @throws InvalidRequest naming the field
 */
export function readMigrationSettings(settings: unknown): MigrationSettings {
  const fields = new Fields(settings, 'migrationSettings.');
  const stageCount = readStageCount(fields);
  if (fields.has('contextKind') !== (stageCount === 6)) {
    fields.fail(
      'contextKind',
      stageCount === 6 ? 'a context kind, needed with 6 stages' : 'nothing with fewer than 6 stages',
    );
  }
  return stageCount === 6 ? { stageCount, contextKind: readContextKind(fields, 'contextKind') } : { stageCount };
}

function readStageCount(fields: Fields): MigrationSettings['stageCount'] {
  const stageCount = fields.integer('stageCount');
  return stageCount === 2 || stageCount === 4 || stageCount === 6 ? stageCount : fields.fail('stageCount', '2, 4 or 6');
}

/** How a migration flag is in an environment nobody has touched: everybody in the first stage. */
export function initialCohort(flag: Pick<Flag, 'variations' | 'migrationSettings'>): FlagConfig['fallthrough'] {
  return {
    rollout: {
      variations: flag.variations.map(({ id }, index) => ({
        variationId: id,
        weightThousandths: index === 0 ? FULL_WEIGHT : 0,
      })),
      contextKind: flag.migrationSettings?.contextKind ?? 'user',
    },
  };
}

/** What a configuration of a migration flag breaks, or nothing (docs/wire/flags.md, "Migration flags"). */
export function findMigrationFault(flag: Flag, config: FlagConfig): string | undefined {
  const settings = flag.migrationSettings;
  if (!settings) {
    return config.checkRatio === undefined
      ? undefined
      : `migrationSettings.checkRatio: flag ${flag.key} is no migration flag; expected nothing, got ${show(config.checkRatio)}`;
  }
  if (config.targets.length > 0) return 'targets: a migration flag has no individual targets; expected none';
  if (config.offVariationId !== flag.variations[0]?.id) {
    return 'offVariation: expected the stage off, which a migration flag always serves when it is off';
  }
  if ('variationId' in config.fallthrough) return 'fallthrough: expected a rollout over the stages, got one variation';
  const single = config.rules.findIndex(({ serve }) => 'variationId' in serve);
  if (single >= 0) return `rules[${single}]: expected a rollout over the stages, got one variation`;
  return settings.contextKind === undefined ? undefined : findMixedKinds(config, settings.contextKind);
}

/** With six stages contexts of one kind move, and all that decides where they are must speak of that kind. */
function findMixedKinds(config: FlagConfig, contextKind: string): string | undefined {
  if (config.prerequisites.length > 0) {
    return 'prerequisites: a migration flag with 6 stages has no prerequisites; expected none';
  }
  const clauses = config.rules.flatMap((rule) => rule.clauses);
  if (clauses.some(({ op }) => op === 'segmentMatch')) {
    return 'rules: a migration flag with 6 stages matches no segments; expected clauses without segmentMatch';
  }
  const serves = [config.fallthrough, ...config.rules.map(({ serve }) => serve)];
  const kinds = [
    ...clauses.map((clause) => clause.contextKind),
    ...serves.flatMap((serve) => ('rollout' in serve ? [serve.rollout.contextKind] : [])),
  ];
  const other = kinds.find((kind) => kind !== contextKind);
  if (other === undefined) return undefined;
  return `rules: expected clauses and rollouts of the context kind ${show(contextKind)} only, got ${show(other)}`;
}

/** @throws InvalidRequest unless a purpose is one that a flag can be created with */
export function requirePurpose(purpose: string | undefined): boolean {
  if (purpose === undefined || purpose === 'migration') return purpose === 'migration';
  throw new InvalidRequest(`purpose: expected "migration" or nothing, got ${show(purpose)}`);
}
