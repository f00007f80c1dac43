import type { Fields } from '../fields.ts';
import { InvalidRequest } from '../errors.ts';
import type { DecisionContext } from '../ids.ts';
import { type Json, show } from '../json.ts';
import type { Flag, FlagConfig } from './flag.ts';

/** An instruction of a semantic patch as it comes over the wire: a kind and the parameters of that kind. */
export interface Instruction {
  readonly kind: string;
  readonly [parameter: string]: Json;
}

/** What an instruction does to the whole flag. */
export type FlagTransformation = (flag: Flag, context: DecisionContext) => Flag;

/** What an instruction does to one environment; `flag` is the state the instruction found. */
export type ConfigTransformation = (config: FlagConfig, flag: Flag, context: DecisionContext) => FlagConfig;

/**
 * A kind of instruction. `parse` reads and checks the parameters, before anything is applied, and returns what the
 * instruction does. Adding a kind is adding one of these to a family in `instructions/`; what it needs to be allowed
 * and how the audit log words it follow from the difference it makes (differences.ts).
 */
export type InstructionKind =
  | { readonly kind: string; readonly scope: 'flag'; parse(parameters: Fields): FlagTransformation }
  | { readonly kind: string; readonly scope: 'environment'; parse(parameters: Fields): ConfigTransformation };

/** An instruction that acts on the flag as a whole, in all environments at once. */
export function flagInstruction(kind: string, parse: (parameters: Fields) => FlagTransformation): InstructionKind {
  return { kind, scope: 'flag', parse };
}

/** An instruction that acts in the environment that the patch names. */
export function environmentInstruction(
  kind: string,
  parse: (parameters: Fields) => ConfigTransformation,
): InstructionKind {
  return { kind, scope: 'environment', parse };
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
