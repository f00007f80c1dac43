import { InvalidRequest } from '../../errors.ts';
import type { Fields } from '../../fields.ts';
import { show } from '../../json.ts';
import { readContextKind } from '../context-kind.ts';
import { type Flag, type Target, variationLabel } from '../flag.ts';
import { environmentInstruction, requireVariation } from '../instruction.ts';

/** Individual targets: a context key is targeted to at most one variation of each kind. */
export const targetInstructions = [
  environmentInstruction('addTargets', (parameters) => {
    const target = parseTarget(parameters);
    return (config, flag) => {
      requireVariation(flag, target.variationId, parameters);
      refuseOtherVariation(config.targets, target, flag, parameters);
      return { ...config, targets: addTarget(config.targets, target) };
    };
  }),
  environmentInstruction('removeTargets', (parameters) => {
    const target = parseTarget(parameters);
    return (config, flag) => {
      requireVariation(flag, target.variationId, parameters);
      return { ...config, targets: removeTarget(config.targets, target) };
    };
  }),
];

function parseTarget(parameters: Fields): Target {
  return {
    contextKind: readContextKind(parameters, 'contextKind'),
    variationId: parameters.string('variationId'),
    values: [...new Set(parameters.strings('values'))],
  };
}

const isSamePair = (left: Target, right: Target) =>
  left.contextKind === right.contextKind && left.variationId === right.variationId;

function refuseOtherVariation(targets: readonly Target[], added: Target, flag: Flag, parameters: Fields): void {
  for (const target of targets) {
    if (target.contextKind !== added.contextKind || target.variationId === added.variationId) continue;
    const taken = added.values.find((value) => target.values.includes(value));
    if (taken !== undefined) {
      throw new InvalidRequest(
        `${parameters.path('values')}: ${added.contextKind} ${show(taken)} is already targeted to variation ${variationLabel(flag, target.variationId)}; expected keys that no other variation targets`,
      );
    }
  }
}

function addTarget(targets: readonly Target[], added: Target): readonly Target[] {
  if (added.values.length === 0) return targets;
  if (!targets.some((target) => isSamePair(target, added))) return [...targets, added];
  return targets.map((target) =>
    isSamePair(target, added) ? { ...target, values: [...new Set([...target.values, ...added.values])] } : target,
  );
}

function removeTarget(targets: readonly Target[], removed: Target): readonly Target[] {
  const gone = new Set(removed.values);
  return targets
    .map((target) =>
      isSamePair(target, removed) ? { ...target, values: target.values.filter((value) => !gone.has(value)) } : target,
    )
    .filter((target) => target.values.length > 0);
}
