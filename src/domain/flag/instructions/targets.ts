import { InvalidRequest } from '../../errors.ts';
import type { Fields } from '../../fields.ts';
import { jsonEquals, show } from '../../json.ts';
import { readContextKind } from '../../context-kind.ts';
import { type Flag, type FlagConfig, type Target, variationLabel } from '../flag.ts';
import {
  type ConfigTransformation,
  type Difference,
  environmentInstruction,
  type InstructionFamily,
  requireVariation,
} from '../instruction.ts';
import {
  addTarget,
  arrangeTargets,
  type DoubleTarget,
  findDoubleTarget,
  findTakenKey,
  normalizeTargets,
  removeTarget,
} from '../target-list.ts';

/** Individual targets: a context key is targeted to at most one variation of each kind. */
export const targets: InstructionFamily = {
  instructions: [
    environmentInstruction('addTargets', (parameters) => adding(parameters, parseTarget(parameters)), {
      aliases: ['addContextTargets'],
    }),
    environmentInstruction('removeTargets', (parameters) => removing(parameters, parseTarget(parameters)), {
      aliases: ['removeContextTargets'],
    }),
    environmentInstruction('replaceTargets', (parameters) => {
      const given = parameters.objects('targets').map((target) => [target, parseTarget(target)] as const);
      return (config, flag) => ({ ...config, targets: requireTargets(flag, parameters, given) });
    }),
    environmentInstruction('clearTargets', (parameters) => {
      const variationId = parameters.string('variationId');
      return clearing(parameters, (target) => target.variationId === variationId);
    }),
    environmentInstruction('addUserTargets', (parameters) => adding(parameters, parseUserTarget(parameters))),
    environmentInstruction('removeUserTargets', (parameters) => removing(parameters, parseUserTarget(parameters))),
    environmentInstruction('replaceUserTargets', (parameters) => {
      const given = parameters.objects('targets').map((target) => [target, parseUserTarget(target)] as const);
      return (config, flag) => {
        const missing = flag.variations.find(({ id }) => given.every(([, target]) => target.variationId !== id));
        if (missing) parameters.fail('targets', `an entry for every variation, also for ${missing.id}`);
        const others = config.targets.filter(({ contextKind }) => contextKind !== 'user');
        return { ...config, targets: arrangeTargets(config.targets, requireTargets(flag, parameters, given), others) };
      };
    }),
    environmentInstruction('clearUserTargets', (parameters) => {
      const variationId = parameters.string('variationId');
      return clearing(parameters, (target) => target.variationId === variationId && target.contextKind === 'user');
    }),
  ],
  configComparisons: [targetDifferences],
};

function parseTarget(parameters: Fields): Target {
  return { ...parseUserTarget(parameters), contextKind: readContextKind(parameters, 'contextKind') };
}

function parseUserTarget(parameters: Fields): Target {
  return {
    contextKind: 'user',
    variationId: parameters.string('variationId'),
    values: parameters.strings('values'),
  };
}

function adding(parameters: Fields, target: Target): ConfigTransformation {
  return (config, flag) => {
    requireVariation(flag, target.variationId, parameters);
    refuseDouble(flag, findTakenKey(config.targets, target), parameters, 'values');
    return { ...config, targets: addTarget(config.targets, target) };
  };
}

function removing(parameters: Fields, target: Target): ConfigTransformation {
  return (config, flag) => {
    requireVariation(flag, target.variationId, parameters);
    return { ...config, targets: removeTarget(config.targets, target) };
  };
}

function clearing(parameters: Fields, isCleared: (target: Target) => boolean): ConfigTransformation {
  return (config, flag) => {
    requireVariation(flag, parameters.string('variationId'), parameters);
    return { ...config, targets: config.targets.filter((target) => !isCleared(target)) };
  };
}

function requireTargets(
  flag: Flag,
  parameters: Fields,
  given: readonly (readonly [Fields, Target])[],
): readonly Target[] {
  for (const [fields, { variationId }] of given) requireVariation(flag, variationId, fields);
  const targets = normalizeTargets(given.map(([, target]) => target));
  refuseDouble(flag, findDoubleTarget(targets), parameters, 'targets');
  return targets;
}

function refuseDouble(flag: Flag, double: DoubleTarget | undefined, parameters: Fields, name: string): void {
  if (!double) return;
  const [first, second] = double.variationIds.map((id) => variationLabel(flag, id));
  throw new InvalidRequest(
    `${parameters.path(name)}: ${double.contextKind} ${show(double.key)} would be targeted to both variation ${first} and variation ${second}; expected keys that no other variation targets`,
  );
}

function targetDifferences(before: FlagConfig, after: FlagConfig, oldFlag: Flag, newFlag: Flag): readonly Difference[] {
  const moved = [
    ...keyDifferences(after.targets, before.targets, newFlag, 'Added'),
    ...keyDifferences(before.targets, after.targets, oldFlag, 'Removed'),
  ];
  if (moved.length > 0 || jsonEquals(before.targets, after.targets)) return moved;
  return [difference('Changed the order of the targets')];
}

/** Keys that stand in `these` targets and not in `those`. */
function keyDifferences(
  these: readonly Target[],
  those: readonly Target[],
  flag: Flag,
  verb: 'Added' | 'Removed',
): readonly Difference[] {
  return these.flatMap(({ contextKind, variationId, values }) => {
    const twin = those.find((target) => target.contextKind === contextKind && target.variationId === variationId);
    const others = new Set(twin?.values);
    const keys = values.filter((value) => !others.has(value));
    if (keys.length === 0) return [];
    const shown = keys.length > 10 ? `${keys.slice(0, 10).join(', ')} and ${keys.length - 10} more` : keys.join(', ');
    return [difference(`${verb} ${contextKind} targets of ${variationLabel(flag, variationId)}: ${shown}`)];
  });
}

function difference(words: string): Difference {
  return { action: 'updateTargets', words, titleVerb: 'changed the targets of the flag' };
}
