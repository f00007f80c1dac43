import { InvalidPatch } from '../../errors.ts';
import type { Fields } from '../../fields.ts';
import { type Json, jsonEquals } from '../../json.ts';
import type { Step } from '../apply-instructions.ts';
import { placesOf } from '../automated.ts';
import { readContextKind } from '../../context-kind.ts';
import type { Target } from '../flag.ts';
import type { Instruction } from '../instruction.ts';
import { arrangeTargets } from '../target-list.ts';
import { type Comparison, derivedStep, isChanged } from './comparison.ts';
import { markedVariation } from './marked-reference.ts';

/** The steps of what a patch changed inside environments. @throws InvalidPatch for an environment that is none */
export function environmentSteps({ flag, before, after, variations, isWhole }: Comparison): readonly Step[] {
  const environments = { before: before.object('environments'), after: after.object('environments') };
  const unknown = environments.after.entries().find(([key]) => !Object.hasOwn(flag.environments, key));
  if (unknown) {
    const known = Object.keys(flag.environments).join(', ');
    throw new InvalidPatch(`environments.${unknown[0]}: not an environment of this project; expected one of ${known}`);
  }
  return Object.keys(flag.environments).flatMap((key) => {
    const parts = { before: environments.before.object(key), after: environments.after.object(key) };
    if (jsonEquals(environments.before.raw(key), environments.after.raw(key))) return [];
    return configSteps({ flag, ...parts, variations, isWhole }, key).map((one) => ({ ...one, environmentKey: key }));
  });
}

function configSteps(comparison: Comparison, environmentKey: string): readonly Step[] {
  const { after } = comparison;
  const at = `environments.${environmentKey}.`;
  const one = (name: string, make: () => Instruction) => (isChanged(comparison, name) ? [derivedStep(at, make())] : []);
  return [
    ...one('on', () => ({ kind: after.boolean('on') ? 'turnFlagOn' : 'turnFlagOff' })),
    ...one('prerequisites', () => ({ kind: 'replacePrerequisites', prerequisites: readPrerequisites(after) })),
    ...(isChanged(comparison, 'targets') || isChanged(comparison, 'contextTargets')
      ? [derivedStep(at, { kind: 'replaceTargets', targets: readTargets(comparison, environmentKey) })]
      : []),
    ...one('rules', () => ({
      kind: 'replaceRules',
      rules: readRules(comparison),
      ...(comparison.isWhole && { keepsIds: true }),
    })),
    ...(isChanged(comparison, 'fallthrough')
      ? [
          derivedStep(`${at}fallthrough.`, {
            kind: 'updateFallthroughVariationOrRollout',
            ...readServe(after.object('fallthrough'), comparison),
          }),
        ]
      : []),
    ...one('offVariation', () => ({
      kind: 'updateOffVariation',
      variationId: after.has('offVariation') ? readRef(after, 'offVariation', comparison) : null,
    })),
    ...one('trackEvents', () => ({ kind: 'updateTrackEvents', trackEvents: after.boolean('trackEvents') })),
    ...one('trackEventsFallthrough', () => ({
      kind: 'updateTrackEventsFallthrough',
      trackEvents: after.boolean('trackEventsFallthrough'),
    })),
    ...one('_debugEventsUntilDate', () => ({
      kind: 'updateDebugEventsUntilDate',
      debugEventsUntilDate: after.optional('_debugEventsUntilDate', after.integer) ?? null,
    })),
    ...one('salt', () => ({ kind: 'updateSalt', salt: after.string('salt') })),
    ...one('migrationSettings', () => ({
      kind: 'updateFlagConfigMigrationSettings',
      checkRatio: after.object('migrationSettings').integer('checkRatio'),
    })),
  ];
}

/** The id of the variation that a member refers to: as it was, or by its position in the list that results. */
function readRef(fields: Fields, name: string, { variations }: Pick<Comparison, 'variations'>): string {
  const marked = markedVariation(fields.raw(name));
  if (marked !== undefined) return marked;
  const variation = variations[fields.integer(name)];
  return variation?.id ?? fields.fail(name, `the index of a variation, 0 to ${variations.length - 1}`);
}

function readServe(fields: Fields, comparison: Comparison): Readonly<Record<string, Json>> {
  if (fields.has('variation') === fields.has('rollout')) {
    return fields.fail('variation', 'exactly one of variation and rollout');
  }
  if (fields.has('variation')) return { variationId: readRef(fields, 'variation', comparison) };
  const rollout = fields.object('rollout');
  const bucketBy = rollout.optional('bucketBy', rollout.string);
  const variations = rollout.objects('variations').map((part) => ({
    variationId: readRef(part, 'variation', comparison),
    weight: part.integer('weight'),
  }));
  const seed = rollout.optional('seed', rollout.integer);
  if (seed !== undefined && !isPlainSeed(seed, comparison)) return { automated: { seed, variations } };
  return {
    rollout: {
      variations,
      contextKind: readContextKind(rollout, 'contextKind'),
      ...(bucketBy !== undefined && { bucketBy }),
      ...(seed !== undefined && { seed }),
    },
  };
}

/** Seeds are those of rollouts that are there; a flag that comes whole brings its own. */
function isPlainSeed(seed: number, { flag, isWhole }: Comparison): boolean {
  const rollouts = Object.values(flag.environments)
    .flatMap(placesOf)
    .flatMap(({ serve }) => ('rollout' in serve ? serve.rollout : []));
  const isAutomated = rollouts.some(({ automated }) => automated?.plan.seed === seed);
  return !isAutomated && (isWhole === true || rollouts.some((rollout) => rollout.seed === seed));
}

function readRules(comparison: Comparison): Json {
  const { after } = comparison;
  const rules = after.has('rules') ? after.objects('rules') : [];
  return rules.map((fields) => {
    const {
      variation: _variation,
      rollout: _rollout,
      ...rest
    } = Object.fromEntries(fields.entries()) as Record<string, Json>;
    return { ...rest, ...readServe(fields, comparison) };
  });
}

function readTargets(comparison: Comparison, environmentKey: string): Json {
  const [users, others] = ['targets', 'contextTargets'].map((name) => readTargetList(comparison, name));
  const all = [...(users ?? []), ...(others ?? [])];
  const before = readOrder(comparison) ?? comparison.flag.environments[environmentKey]?.targets ?? [];
  const isUser = ({ contextKind }: Target) => contextKind === 'user';
  return arrangeTargets(
    before,
    all.filter(isUser),
    all.filter((target) => !isUser(target)),
  ).map((target) => ({
    ...target,
    values: [...target.values],
  }));
}

/**
 * The order of targets of all kinds: the list of other kinds has it where it names users too, without their keys
 * (docs/wire/sdk.md, "Targets").
 */
function readOrder(comparison: Comparison): readonly Target[] | undefined {
  const { after, isWhole } = comparison;
  if (!isWhole || !after.has('contextTargets')) return undefined;
  const order = after.objects('contextTargets').map((fields) => ({
    contextKind: readContextKind(fields, 'contextKind'),
    variationId: readRef(fields, 'variation', comparison),
    values: [],
  }));
  return order.some(({ contextKind }) => contextKind === 'user') ? order : undefined;
}

/** Entries without values only tell an order, which is not kept. */
function readTargetList(comparison: Comparison, name: string): readonly Target[] {
  const { after } = comparison;
  const list = after.has(name) ? after.objects(name) : [];
  return list
    .map((fields) => ({
      contextKind: readContextKind(fields, 'contextKind'),
      variationId: readRef(fields, 'variation', comparison),
      values: fields.strings('values'),
    }))
    .filter(({ values }) => values.length > 0);
}

function readPrerequisites(after: Fields): Json {
  const list = after.has('prerequisites') ? after.objects('prerequisites') : [];
  return list.map((fields) => {
    const variationId = markedVariation(fields.raw('variation'));
    const key = fields.string('key');
    return variationId === undefined ? { key, variation: fields.integer('variation') } : { key, variationId };
  });
}
