import type { Fields } from '../../fields.ts';
import { jsonEquals } from '../../json.ts';
import type { Step } from '../apply-instructions.ts';
import type { Flag, Variation } from '../flag.ts';
import type { Instruction } from '../instruction.ts';

/** What the comparison of two documents of a flag works with. */
export interface Comparison {
  readonly flag: Flag;
  readonly before: Fields;
  readonly after: Fields;
  /** The list of variations that results; positions that the patch wrote count in it. */
  readonly variations: readonly Variation[];
  /** The flag comes as a whole from elsewhere and brings its ids and seeds (docs/wire/whole-resources.md). */
  readonly isWhole?: boolean | undefined;
}

/** A step made from a document; `at` is the path that messages begin with. */
export function derivedStep(at: string, instruction: Instruction): Step {
  return { instruction, at, isDerived: true };
}

/** Whether a patch changed a member; absent and null are the same. */
export function isChanged({ before, after }: Pick<Comparison, 'before' | 'after'>, name: string): boolean {
  return !jsonEquals(before.raw(name) ?? null, after.raw(name) ?? null);
}

/** A part that a patch may have changed: the instruction that changes it, if it did. */
export function changed(
  comparison: Pick<Comparison, 'before' | 'after'>,
  name: string,
  make: () => Instruction,
): readonly Step[] {
  return isChanged(comparison, name) ? [derivedStep(`${comparison.after.path(name)}: `, make())] : [];
}
