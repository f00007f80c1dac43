import { InvalidRequest } from '../errors.ts';
import type { Fields } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { type Json, show } from '../json.ts';
import type { Flag, FlagConfig } from './flag.ts';
import type { Surroundings } from './surroundings.ts';

/** An instruction of a semantic patch as it comes over the wire: a kind and the parameters of that kind. */
export interface Instruction {
  readonly kind: string;
  readonly [parameter: string]: Json;
}

/** What a change of a flag may know of the world. */
export interface ChangeContext extends DecisionContext {
  readonly surroundings: Surroundings;
}

/** What an instruction does to the whole flag. */
export type FlagTransformation = (flag: Flag, context: ChangeContext) => Flag;

/** What an instruction does to one environment; `flag` is the state the instruction found. */
export type ConfigTransformation = (config: FlagConfig, flag: Flag, context: ChangeContext) => FlagConfig;

/**
 * A kind of instruction. `parse` reads and checks the parameters, before anything is applied, and returns what the
 * instruction does. What it needs to be allowed and how the audit log words it follow from the difference it makes,
 * which its family compares (docs/decisions/0005-differences-not-instructions.md).
 */
export type InstructionKind = {
  readonly kind: string;
  /** Other names that clients use for it. */
  readonly aliases: readonly string[];
  /** Made from other formats of patches only; no semantic patch may name it. */
  readonly isInternal: boolean;
} & (
  | { readonly scope: 'flag'; parse(parameters: Fields): FlagTransformation }
  | { readonly scope: 'environment'; parse(parameters: Fields): ConfigTransformation }
);

type Naming = Partial<Pick<InstructionKind, 'aliases' | 'isInternal'>>;

/** An instruction that acts on the flag as a whole, in all environments at once. */
export function flagInstruction(
  kind: string,
  parse: (parameters: Fields) => FlagTransformation,
  naming: Naming = {},
): InstructionKind {
  return { kind, aliases: [], isInternal: false, ...naming, scope: 'flag', parse };
}

/** An instruction that acts in the environment that the patch names. */
export function environmentInstruction(
  kind: string,
  parse: (parameters: Fields) => ConfigTransformation,
  naming: Naming = {},
): InstructionKind {
  return { kind, aliases: [], isInternal: false, ...naming, scope: 'environment', parse };
}

/** One thing that is different between two states of a flag. */
export interface Difference {
  /** The action that somebody needs to be allowed to make it (docs/wire/flags.md, "Actions needed"). */
  readonly action: string;
  /** A sentence for the audit log: "Turned the flag on". */
  readonly words: string;
  /** Completes "Kim … New cart" when this is the only kind of difference: "turned on the flag". */
  readonly titleVerb: string;
}

/** Compares two states of a flag, environments aside. */
export type FlagComparison = (before: Flag, after: Flag) => readonly Difference[];

/** Compares two states of one environment; the flags are there to name variations. */
export type ConfigComparison = (
  before: FlagConfig,
  after: FlagConfig,
  beforeFlag: Flag,
  afterFlag: Flag,
) => readonly Difference[];

/**
 * Instructions that belong together, with the comparisons that notice what they change. Whoever adds an instruction
 * makes sure that a comparison of its family notices its effect: what nobody notices is not stored.
 */
export interface InstructionFamily {
  readonly instructions: readonly InstructionKind[];
  readonly flagComparisons?: readonly FlagComparison[];
  readonly configComparisons?: readonly ConfigComparison[];
}

/** Makes the comparison of one value: nothing when it is the same, else one difference. */
export function comparing<State, Value>(
  read: (state: State) => Value,
  describe: (before: Value, after: Value) => Difference,
): (before: State, after: State) => readonly Difference[] {
  return (before, after) => (read(before) === read(after) ? [] : [describe(read(before), read(after))]);
}

/** Checks that the flag has the variation. @throws InvalidRequest through `parameters`. */
export function requireVariation(flag: Flag, variationId: string, parameters: Fields, name = 'variationId'): string {
  if (!flag.variations.some((variation) => variation.id === variationId)) {
    const known = flag.variations.map((variation) => variation.id).join(', ');
    throw new InvalidRequest(
      `${parameters.path(name)}: ${show(variationId)} is not a variation of ${flag.key}; expected one of ${known}`,
    );
  }
  return variationId;
}
