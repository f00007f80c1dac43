import { jsonEquals } from '../../../domain/json.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';

export interface EditedVariation {
  /** Of the service, or made up while it is not stored. */
  readonly id: string;
  readonly isNew: boolean;
  /** JSON. */
  readonly value: string;
  readonly name: string;
  readonly description: string;
}

/** The variations of a flag as somebody edits them. */
export interface VariationEdit {
  readonly variations: readonly EditedVariation[];
  /** What new environments serve when on, when off. */
  readonly onId: string;
  readonly offId: string;
}

export function toEdited(flag: FlagRep): VariationEdit {
  const idAt = (index: number) => flag.variations[index]?._id ?? '';
  return {
    variations: flag.variations.map(({ _id, value, name = '', description = '' }) => ({
      id: _id,
      isNew: false,
      value: JSON.stringify(value),
      name,
      description,
    })),
    onId: idAt(flag.defaults.onVariation),
    offId: idAt(flag.defaults.offVariation),
  };
}

/** What keeps the variations from being stored; undefined when nothing does. */
export function variationProblem({ variations, onId, offId }: VariationEdit): string | undefined {
  const broken = variations.findIndex(({ value }) => parse(value) === undefined);
  if (broken >= 0) return `Variation ${broken + 1}: expected JSON, such as "text", 42 or {"a": 1}`;
  const lacks = (id: string) => variations.every((variation) => variation.id !== id);
  return lacks(onId) || lacks(offId) ? 'Choose what new environments serve' : undefined;
}

/** The instructions that lead from a flag to its edited variations; none for values that are no JSON. */
export function variationInstructions(
  flag: FlagRep,
  edit: VariationEdit,
): readonly Readonly<Record<string, unknown>>[] {
  const old = new Map(toEdited(flag).variations.map((variation) => [variation.id, variation]));
  const texts = ({ name, description }: EditedVariation) => ({ name, description });
  const added = edit.variations
    .filter(({ isNew }) => isNew)
    .map((variation) => ({ kind: 'addVariation', value: parse(variation.value)?.value, ...texts(variation) }));
  const changed = edit.variations.flatMap((variation) => {
    const before = old.get(variation.id);
    if (!before || jsonEquals(before, variation)) return [];
    const value = before.value === variation.value ? {} : { value: parse(variation.value)?.value };
    return [{ kind: 'updateVariation', variationId: variation.id, ...value, ...texts(variation) }];
  });
  const removed = flag.variations
    .filter(({ _id }) => edit.variations.every(({ id }) => id !== _id))
    .map(({ _id }) => ({ kind: 'removeVariation', variationId: _id }));
  return [...added, ...changed, ...defaultInstructions(flag, edit), ...removed];
}

/** Presets are found by their value: the one that the variation has once it is changed. */
function defaultInstructions(flag: FlagRep, edit: VariationEdit): readonly Readonly<Record<string, unknown>>[] {
  const before = toEdited(flag);
  if (before.onId === edit.onId && before.offId === edit.offId) return [];
  const valueOf = (id: string) => parse(edit.variations.find((variation) => variation.id === id)?.value ?? '')?.value;
  return [
    {
      kind: 'updateDefaultVariation',
      onVariationValue: valueOf(edit.onId),
      offVariationValue: valueOf(edit.offId),
    },
  ];
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
