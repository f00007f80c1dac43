import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { show } from '../json.ts';
import { FAMILIES } from './families.ts';
import type { Flag } from './flag.ts';
import type { ChangeContext, FlagTransformation, InstructionKind } from './instruction.ts';
import { dropOrphanedDates } from './instructions/expiring-targets.ts';
import { parkWhenOff } from './instructions/automated-releases.ts';
import { findFault } from './invariants.ts';

const KINDS = FAMILIES.flatMap(({ instructions }) => instructions);
const KINDS_BY_NAME: ReadonlyMap<string, InstructionKind> = new Map(
  KINDS.flatMap((kind) => [kind.kind, ...kind.aliases].map((name) => [name, kind])),
);
const KNOWN_KINDS = KINDS.filter(({ isInternal }) => !isInternal)
  .map(({ kind }) => kind)
  .toSorted();

/** An instruction on its way to a flag: what all formats of patches come to. */
export interface Step {
  readonly instruction: unknown;
  /** The environment it acts in, for those that act in one. */
  readonly environmentKey?: string | undefined;
  /** What comes before the name of a parameter in messages: `instructions[1] (addTargets): `. */
  readonly at: string;
  /** Made from another format of patch, so that internal kinds are allowed and messages speak of its paths. */
  readonly isDerived?: true;
}

/** A semantic patch: instructions, and the environment that those of them act in that need one. */
export interface SemanticPatch {
  readonly instructions: readonly unknown[];
  readonly environmentKey?: string | undefined;
}

/** Every instruction makes a new state of the whole flag, so that their number decides how long a patch takes. */
const MAX_INSTRUCTIONS = 1_000;

/** The steps of a semantic patch. @throws InvalidRequest when there are none, or too many */
export function semanticSteps({ instructions, environmentKey }: SemanticPatch): readonly Step[] {
  if (instructions.length === 0) {
    throw new InvalidRequest('instructions: expected at least one instruction, got an empty array');
  }
  if (instructions.length > MAX_INSTRUCTIONS) {
    throw new InvalidRequest(
      `instructions: expected at most ${MAX_INSTRUCTIONS} instructions, got ${instructions.length}`,
    );
  }
  return instructions.map((instruction, index) => ({ instruction, environmentKey, at: `instructions[${index}]` }));
}

/**
 * Applies steps in order, each to the result of the one before; all or nothing. The result is checked as a whole:
 * states between may be broken. Versions and dates stay: `settleVersions` moves them once the difference is known.
 * @throws InvalidRequest naming the index, the kind and the field of the first instruction that cannot be read or
 * applied, or that leaves the flag broken. All are read before the first is applied.
 */
export function applySteps(flag: Flag, steps: readonly Step[], context: ChangeContext): Flag {
  const parsed = steps.map((step) => parseStep(flag, step));
  const states = [flag];
  for (const { apply } of parsed) states.push(apply(states.at(-1) as Flag, context));
  const after = states.at(-1) as Flag;
  const scene = { surroundings: context.surroundings, before: flag };
  const fault = findFault(after, scene);
  if (fault === undefined) return withoutOrphans(after);
  const label = parsed[findCulprit(states, (state) => findFault(state, scene) === undefined)]?.label;
  throw new InvalidRequest(label === undefined ? fault : `${label}: ${fault}`);
}

/** The step that turns a sound state into a broken one, by bisection; states from its result on end up broken. */
function findCulprit(states: readonly Flag[], isSound: (state: Flag) => boolean): number {
  let [sound, broken] = [0, states.length - 1];
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2);
    if (isSound(states[middle] as Flag)) sound = middle;
    else broken = middle;
  }
  return sound;
}

function withoutOrphans(flag: Flag): Flag {
  const environments = Object.entries(flag.environments);
  const tidied = environments.map(([key, config]) => [key, dropOrphanedDates(parkWhenOff(config, flag))] as const);
  if (tidied.every(([, config], index) => config === environments[index]?.[1])) return flag;
  return { ...flag, environments: Object.fromEntries(tidied) };
}

/** @throws InvalidRequest for the first step that cannot be read; what cannot be applied is not looked for */
export function requireReadable(flag: Flag, steps: readonly Step[]): void {
  for (const step of steps) parseStep(flag, step);
}

interface ParsedStep {
  readonly apply: FlagTransformation;
  /** Names the instruction in what is said of the whole flag; steps of other formats have no name of their own. */
  readonly label: string | undefined;
}

function parseStep(flag: Flag, step: Step): ParsedStep {
  const kind = requireKind(step);
  const label = step.isDerived ? undefined : `${step.at} (${kind.kind})`;
  const parameters = new Fields(step.instruction, label === undefined ? step.at : `${label}: `);
  if (kind.scope === 'flag') return { label, apply: kind.parse(parameters) };
  const environmentKey = requireEnvironmentKey(flag, step.environmentKey, label ?? step.at);
  const transform = kind.parse(parameters);
  const apply: FlagTransformation = (flag, context) => {
    const config = flag.environments[environmentKey];
    if (!config) throw new Error(`environment ${environmentKey} vanished from flag ${flag.key}`);
    const environments = { ...flag.environments, [environmentKey]: transform(config, flag, context) };
    return { ...flag, environments };
  };
  return { label, apply };
}

function requireKind({ instruction, at, isDerived }: Step): InstructionKind {
  const name = new Fields(instruction, `${at}.`).string('kind');
  const kind = KINDS_BY_NAME.get(name);
  if (kind && (isDerived || !kind.isInternal)) return kind;
  throw new InvalidRequest(
    `${at}.kind: ${show(name)} is not a known kind of instruction; expected one of ${KNOWN_KINDS.join(', ')}`,
  );
}

function requireEnvironmentKey(flag: Flag, environmentKey: string | undefined, at: string): string {
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
