import { InvalidRequest } from '../errors.ts';
import { show } from '../json.ts';
import type { Step } from './apply-instructions.ts';
import type { FlagConfig, Rule, Serve } from './flag.ts';
import type { Instruction } from './instruction.ts';

/** What can be copied from one environment to another, by the action that names it. */
const PARTS: Readonly<Record<string, (source: FlagConfig) => readonly Instruction[]>> = {
  updateOn: ({ on }) => [{ kind: on ? 'turnFlagOn' : 'turnFlagOff' }],
  updatePrerequisites: ({ prerequisites }) => [
    {
      kind: 'replacePrerequisites',
      prerequisites: prerequisites.map(({ flagKey, variationId }) => ({ key: flagKey, variationId })),
    },
  ],
  updateTargets: ({ targets }) => [
    { kind: 'replaceTargets', targets: targets.map((target) => ({ ...target, values: [...target.values] })) },
  ],
  updateRules: ({ rules }) => [{ kind: 'replaceRules', rules: rules.map(copyRule) }],
  updateFallthrough: ({ fallthrough, trackEventsFallthrough }) => [
    { kind: 'updateFallthroughVariationOrRollout', ...servePart(fallthrough) },
    { kind: 'updateTrackEventsFallthrough', trackEvents: trackEventsFallthrough },
  ],
  updateOffVariation: ({ offVariationId }) => [{ kind: 'updateOffVariation', variationId: offVariationId ?? null }],
  updateFlagConfigMigrationSettings: ({ checkRatio }) =>
    checkRatio === undefined ? [] : [{ kind: 'updateFlagConfigMigrationSettings', checkRatio }],
};

/** Which parts to copy: those included, or all but those excluded; an empty list says nothing. */
export interface CopiedActions {
  readonly includedActions?: readonly string[] | undefined;
  readonly excludedActions?: readonly string[] | undefined;
}

/**
 * The steps that bring the configuration of another environment to `environmentKey`. Salt, event tracking of the whole
 * flag and expiring targets stay; rules that differ get new ids (docs/wire/flags.md, "Copy").
 * @throws InvalidRequest naming the list and the unknown action, or when both lists are given
 */
export function copySteps(source: FlagConfig, environmentKey: string, actions: CopiedActions): readonly Step[] {
  return chooseActions(actions)
    .flatMap((action) => PARTS[action]?.(source) ?? [])
    .map((instruction) => ({ instruction, environmentKey, at: `environments.${environmentKey}.`, isDerived: true }));
}

function chooseActions({ includedActions = [], excludedActions = [] }: CopiedActions): readonly string[] {
  if (includedActions.length > 0 && excludedActions.length > 0) {
    throw new InvalidRequest('includedActions: expected includedActions or excludedActions, got both');
  }
  requireActions('includedActions', includedActions);
  requireActions('excludedActions', excludedActions);
  const all = Object.keys(PARTS);
  if (includedActions.length > 0) return all.filter((action) => includedActions.includes(action));
  return all.filter((action) => !excludedActions.includes(action));
}

function requireActions(name: string, actions: readonly string[]): void {
  const unknown = actions.find((action) => !Object.hasOwn(PARTS, action));
  if (unknown !== undefined) {
    throw new InvalidRequest(`${name}: ${show(unknown)} cannot be copied; expected ${Object.keys(PARTS).join(', ')}`);
  }
}

/** What a serve is in an instruction; an automated rollout is what it was before it. */
export function servePart(serve: Serve): Readonly<Record<string, Instruction[string]>> {
  const automated = 'rollout' in serve ? serve.rollout.automated : undefined;
  if (automated) return { variationId: automated.plan.originalVariationId };
  if ('variationId' in serve) return { variationId: serve.variationId };
  const { variations, contextKind, bucketBy } = serve.rollout;
  return {
    rollout: {
      variations: variations.map(({ variationId, weightThousandths }) => ({ variationId, weight: weightThousandths })),
      contextKind,
      ...(bucketBy !== undefined && { bucketBy }),
    },
  };
}

function copyRule({ clauses, serve, trackEvents, description, ref, isDisabled }: Rule): Instruction[string] {
  return {
    clauses: clauses.map(({ id: _id, values, ...clause }) => ({ ...clause, values: [...values] })),
    ...servePart(serve),
    trackEvents,
    ...(description !== undefined && { description }),
    ...(ref !== undefined && { ref }),
    ...(isDisabled && { disabled: true }),
  };
}
