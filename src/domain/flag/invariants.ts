import { InvalidRequest } from '../errors.ts';
import { show } from '../json.ts';
import { runningRollouts } from './automated.ts';
import { findPropertyFault } from './custom-properties.ts';
import { type Flag, type FlagConfig, FULL_WEIGHT, type Serve, variationLabel } from './flag.ts';
import { findMigrationFault, stageVariations } from './migration.ts';
import { findPrerequisiteFault } from './prerequisite-faults.ts';
import type { Surroundings } from './surroundings.ts';
import { findDoubleTarget } from './target-list.ts';
import { findValueFault, valueType } from './variation-list.ts';

const MAX_RULES = 5_000;
const MAX_RULE_VALUES = 50_000;
const MAX_TARGET_KEYS = 100_000;

/** What a flag is checked against besides itself. */
export interface Scene {
  readonly surroundings: Surroundings;
  /** The flag before the change; undefined for a new one. */
  readonly before: Flag | undefined;
}

/** A rule that every stored flag keeps. `find` tells what breaks it, beginning with the field, or nothing. */
interface Invariant {
  readonly name: string;
  find(flag: Flag, scene: Scene): string | undefined;
}

/** A rule that every configuration keeps. */
interface ConfigInvariant {
  readonly name: string;
  find(config: FlagConfig, flag: Flag, environmentKey: string, scene: Scene): string | undefined;
}

export const FLAG_INVARIANTS: readonly Invariant[] = [
  { name: 'values are valid', find: ({ variations }) => findValueFault(variations) },
  { name: 'values keep their type', find: findTypeChange },
  { name: 'migration stages are fixed', find: findStageFault },
  { name: 'defaults exist', find: findMissingDefault },
  { name: 'custom properties are few and short', find: ({ customProperties }) => findPropertyFault(customProperties) },
  {
    name: 'there is one maintainer',
    find: ({ maintainerId, maintainerTeamKey }) =>
      maintainerId !== undefined && maintainerTeamKey !== undefined
        ? 'maintainerId: expected a member or a team as maintainer, got both'
        : undefined,
  },
];

export const CONFIG_INVARIANTS: readonly ConfigInvariant[] = [
  { name: 'what is served exists', find: findUnknownVariation },
  { name: 'rollouts are whole', find: findBrokenRollout },
  { name: 'automated rollouts can run', find: findAutomatedFault },
  { name: 'a context is targeted once', find: findTargetFault },
  { name: 'sizes are bounded', find: findExcess },
  { name: 'ids are unique', find: findSharedId },
  {
    name: 'prerequisites can be met',
    find: (_, flag, environmentKey, { surroundings, before }) =>
      findPrerequisiteFault(flag, environmentKey, surroundings, before),
  },
  { name: 'migrations go by stages', find: (config, flag) => findMigrationFault(flag, config) },
];

/**
 * What is wrong with a whole flag, as a sentence that begins with the field, or nothing. Configurations that are as
 * they were before, in a flag with the same variations, are not looked at again.
 */
export function findFault(flag: Flag, scene: Scene): string | undefined {
  const fault = first(FLAG_INVARIANTS, ({ find }) => find(flag, scene));
  if (fault) return fault;
  const isSettled = (key: string) =>
    scene.before?.environments[key] === flag.environments[key] &&
    scene.before?.variations === flag.variations &&
    scene.before.archivedAt === flag.archivedAt;
  return first(Object.entries(flag.environments), ([key, config]) => {
    if (isSettled(key)) return undefined;
    const inside = first(CONFIG_INVARIANTS, ({ find }) => find(config, flag, key, scene));
    return inside && `environments.${key}.${inside}`;
  });
}

/** @throws InvalidRequest when something is wrong with the flag */
export function requireFlag(flag: Flag, scene: Scene): Flag {
  const fault = findFault(flag, scene);
  if (fault) throw new InvalidRequest(fault);
  return flag;
}

function first<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

function findTypeChange(flag: Flag, { before }: Scene): string | undefined {
  if (!before) return undefined;
  const [old, next] = [before, flag].map(({ variations }) => valueType(variations.map(({ value }) => value)));
  return old === next || old === 'json'
    ? undefined
    : `variations: expected values of the type ${old}, which is fixed, got ${next}`;
}

function findStageFault({ migrationSettings, variations, temporary }: Flag): string | undefined {
  if (!migrationSettings) return undefined;
  if (!temporary) return 'temporary: a migration flag is temporary; expected true, got false';
  const stages = stageVariations(migrationSettings).map(({ value }) => value);
  return stages.length === variations.length && variations.every(({ value }, index) => value === stages[index])
    ? undefined
    : `variations: expected the stages ${show(stages)} of this migration flag, in order`;
}

function findMissingDefault({ variations, defaults }: Flag): string | undefined {
  const use = (['off', 'on'] as const).find(
    (state) => !variations.some(({ id }) => id === defaults[`${state}VariationId`]),
  );
  return use && `Default ${use} variation must be a valid index in the variations list`;
}

function findUnknownVariation(config: FlagConfig, flag: Flag): string | undefined {
  const known = new Set(flag.variations.map(({ id }) => id));
  const references: readonly (readonly [string, string])[] = [
    ...config.targets.map(({ variationId }, index) => [`targets[${index}]`, variationId] as const),
    ...serves(config).flatMap(([path, serve]) => servesIds(serve).map((id) => [path, id] as const)),
    ...(config.offVariationId === undefined ? [] : [['offVariation', config.offVariationId] as const]),
  ];
  const unknown = references.find(([, id]) => !known.has(id));
  return unknown && `${unknown[0]}: ${show(unknown[1])} is not a variation of ${flag.key}`;
}

function findBrokenRollout(config: FlagConfig): string | undefined {
  return first(serves(config), ([path, serve]) => {
    if ('variationId' in serve) return undefined;
    const weights = serve.rollout.variations.map(({ weightThousandths }) => weightThousandths);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum !== FULL_WEIGHT || weights.some((weight) => !Number.isInteger(weight) || weight < 0)) {
      return `${path}.rollout: expected whole weights that sum to ${FULL_WEIGHT}, got ${show(weights)}`;
    }
    const { automated, seed } = serve.rollout;
    const isRepeated = !automated && seed === undefined && new Set(servesIds(serve)).size < weights.length;
    return isRepeated ? `${path}.rollout: expected each variation at most once` : undefined;
  });
}

/** A rollout begins on a flag that is on, and what it measures is told by positions, which have to stay. */
function findAutomatedFault(
  config: FlagConfig,
  flag: Flag,
  environmentKey: string,
  { before }: Scene,
): string | undefined {
  const [running, another] = runningRollouts(config);
  if (!running) return undefined;
  if (another) return 'rules: expected one automated rollout at a time';
  const { plan } = running.automated;
  const place = running.ruleId === undefined ? 'fallthrough' : 'rules';
  if (flag.migrationSettings) return `${place}: automated rollouts are not for migration flags`;
  const origin = findPlace(before, plan.id);
  if (!origin) {
    if (flag.archivedAt !== undefined) return `${place}: flag ${flag.key} is archived`;
    return config.on ? undefined : `${place}: flag ${flag.key} is off`;
  }
  if (origin.environmentKey !== environmentKey || origin.ruleId !== running.ruleId) {
    return `${place}: expected the ${plan.kind} rollout to stay where it is`;
  }
  const isMoved = [plan.originalVariationId, plan.targetVariationId].some(
    (id) => positionIn(before, id) !== positionIn(flag, id),
  );
  return isMoved
    ? `${place}: expected variations to keep their places while a ${plan.kind} rollout goes on`
    : undefined;
}

/** Where a rollout that goes on has its place. */
function findPlace(flag: Flag | undefined, planId: string) {
  return Object.entries(flag?.environments ?? {})
    .flatMap(([environmentKey, config]) => runningRollouts(config).map((running) => ({ environmentKey, ...running })))
    .find(({ automated }) => automated.plan.id === planId);
}

const positionIn = (flag: Flag | undefined, variationId: string) =>
  flag?.variations.findIndex(({ id }) => id === variationId);

function findTargetFault(config: FlagConfig, flag: Flag): string | undefined {
  const double = findDoubleTarget(config.targets);
  if (!double) return undefined;
  const [one, other] = double.variationIds.map((id) => variationLabel(flag, id));
  return `targets: ${double.contextKind} ${show(double.key)} would be targeted to both variation ${one} and variation ${other}; expected keys that no other variation targets`;
}

function findExcess(config: FlagConfig): string | undefined {
  const clauseValues = config.rules.flatMap((rule) => rule.clauses).map((clause) => clause.values.length);
  const targetValues = config.targets.map((target) => target.values.length);
  return (
    excess('rules', config.rules.length, MAX_RULES, 'rules') ??
    excess('rules', sum(clauseValues), MAX_RULE_VALUES, 'values in all rules') ??
    excess('targets', sum(targetValues), MAX_TARGET_KEYS, 'individual targets')
  );
}

function excess(path: string, count: number, max: number, what: string): string | undefined {
  return count > max ? `${path}: expected at most ${max} ${what}, would be ${count}` : undefined;
}

function findSharedId(config: FlagConfig): string | undefined {
  const ids = config.rules.flatMap((rule) => [rule.id, ...rule.clauses.map(({ id }) => id)]);
  const refs = config.rules.flatMap(({ ref }) => ref ?? []);
  if (new Set(ids).size < ids.length) return 'rules: expected ids of rules and clauses that are unique';
  return new Set(refs).size < refs.length ? 'rules: expected refs that are unique' : undefined;
}

function serves(config: FlagConfig): readonly (readonly [string, Serve])[] {
  return [
    ...config.rules.map(({ serve }, index) => [`rules[${index}]`, serve] as const),
    ['fallthrough', config.fallthrough] as const,
  ];
}

function servesIds(serve: Serve): readonly string[] {
  return 'variationId' in serve ? [serve.variationId] : serve.rollout.variations.map(({ variationId }) => variationId);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
