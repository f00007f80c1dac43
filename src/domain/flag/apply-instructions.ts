import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import type { Flag } from './flag.ts';
import type { ConfigTransformation, FlagTransformation, InstructionKind } from './instruction.ts';
import { defaultRuleInstructions } from './instructions/default-rule.ts';
import { lifecycleInstructions } from './instructions/lifecycle.ts';
import { ruleInstructions } from './instructions/rules.ts';
import { settingsInstructions } from './instructions/settings.ts';
import { switchInstructions } from './instructions/switch.ts';
import { targetInstructions } from './instructions/targets.ts';
import { requireConfig } from './validate-config.ts';

const KINDS: ReadonlyMap<string, InstructionKind> = new Map(
  [
    ...switchInstructions,
    ...targetInstructions,
    ...ruleInstructions,
    ...defaultRuleInstructions,
    ...settingsInstructions,
    ...lifecycleInstructions,
  ].map((kind) => [kind.kind, kind]),
);

/** A semantic patch: instructions, and the environment that those of them act in that need one. */
export interface SemanticPatch {
  readonly instructions: readonly unknown[];
  readonly environmentKey?: string | undefined;
}

/**
 * Applies the instructions in order, each to the result of the one before; all or nothing. Versions and dates stay:
 * `settleVersions` moves them once the difference is known.
 * @throws InvalidRequest naming the index, the kind and the field of the first instruction that cannot be read or
 * applied. All are read before the first is applied.
 */
export function applyInstructions(flag: Flag, patch: SemanticPatch, context: DecisionContext): Flag {
  const steps = parseInstructions(flag, patch);
  return steps.reduce((state, step) => step(state, context), flag);
}

function parseInstructions(flag: Flag, patch: SemanticPatch): readonly FlagTransformation[] {
  if (patch.instructions.length === 0) {
    throw new InvalidRequest('instructions: expected at least one instruction, got an empty array');
  }
  return patch.instructions.map((instruction, index) => {
    const kind = requireKind(instruction, index);
    const at = `instructions[${index}] (${kind.kind})`;
    const parameters = new Fields(instruction, `${at}: `);
    if (kind.scope === 'flag') return kind.parse(parameters);
    return inEnvironment(requireEnvironmentKey(flag, patch, at), kind.parse(parameters), at);
  });
}

function requireKind(instruction: unknown, index: number): InstructionKind {
  const name = new Fields(instruction, `instructions[${index}].`).string('kind');
  const kind = KINDS.get(name);
  if (kind) return kind;
  throw new InvalidRequest(
    `instructions[${index}].kind: ${show(name)} is not a known kind of instruction; expected one of ${[...KINDS.keys()].toSorted().join(', ')}`,
  );
}

function requireEnvironmentKey(flag: Flag, patch: SemanticPatch, at: string): string {
  const { environmentKey } = patch;
  if (environmentKey === undefined) {
    throw new InvalidRequest(`environmentKey: expected the key of the environment that ${at} acts in, got nothing`);
  }
  if (!Object.hasOwn(flag.environments, environmentKey)) {
    throw new InvalidRequest(
      `environmentKey: ${show(environmentKey)} is not an environment of this project; expected one of ${Object.keys(flag.environments).join(', ')}`,
    );
  }
  return environmentKey;
}

function inEnvironment(environmentKey: string, transform: ConfigTransformation, at: string): FlagTransformation {
  return (flag, context) => {
    const config = flag.environments[environmentKey];
    if (!config) throw new Error(`environment ${environmentKey} vanished from flag ${flag.key}`);
    const next = requireConfig(transform(config, flag, context), at);
    return { ...flag, environments: { ...flag.environments, [environmentKey]: next } };
  };
}
