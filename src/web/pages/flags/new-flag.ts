import type { FlagDefaultsRep } from '../../../wire/rest/project.ts';
import type { FlagPost } from '../../../wire/rest/flag.ts';

export type FlagKind = 'boolean' | 'string' | 'number' | 'json' | 'migration';

export interface NewVariation {
  readonly id: number;
  /** As it is typed; JSON for the kind `json`. */
  readonly value: string;
  readonly name: string;
}

/** A flag as the dialog holds it. */
export interface NewFlag {
  readonly kind: FlagKind;
  readonly name: string;
  /** undefined while it follows from the name. */
  readonly key: string | undefined;
  readonly description: string;
  readonly tags: readonly string[];
  readonly isTemporary: boolean;
  readonly forBrowsers: boolean;
  readonly forMobiles: boolean;
  readonly variations: readonly NewVariation[];
  /** Positions in `variations`. */
  readonly onVariation: number;
  readonly offVariation: number;
  readonly stageCount: 2 | 4 | 6;
  readonly contextKind: string;
}

/** What the dialog begins with. */
export function blankFlag(defaults: FlagDefaultsRep): NewFlag {
  return {
    kind: 'boolean',
    name: '',
    key: undefined,
    description: '',
    tags: defaults.tags,
    isTemporary: defaults.temporary,
    forBrowsers: defaults.defaultClientSideAvailability.usingEnvironmentId,
    forMobiles: defaults.defaultClientSideAvailability.usingMobileKey,
    variations: [
      { id: 0, value: '', name: '' },
      { id: 1, value: '', name: '' },
    ],
    onVariation: 0,
    offVariation: 1,
    stageCount: 6,
    contextKind: 'user',
  };
}

/** What is wrong with a variation's value; undefined when nothing is. */
export function valueProblem(kind: FlagKind, value: string): string | undefined {
  if (kind === 'number') return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : 'Expected a number';
  if (kind !== 'json') return undefined;
  try {
    JSON.parse(value);
    return undefined;
  } catch {
    return 'Expected JSON';
  }
}

/** The first thing that is in the way of creating a flag; undefined when nothing is. */
export function flagProblem(flag: NewFlag, key: string): string | undefined {
  if (flag.name.trim() === '') return 'A flag needs a name';
  if (key === '') return 'A flag needs a key of letters and digits';
  if (flag.kind === 'boolean' || flag.kind === 'migration') return undefined;
  const problem = flag.variations.map(({ value }) => valueProblem(flag.kind, value)).find(Boolean);
  if (problem) return `Variations: ${problem.toLowerCase()}`;
  const values = flag.variations.map(({ value }) => JSON.stringify(toValue(flag.kind, value)));
  return new Set(values).size < values.length ? 'Variations: expected different values' : undefined;
}

/** The body that makes the flag. @throws SyntaxError for a value that is not JSON; see `flagProblem` */
export function toFlagPost(flag: NewFlag, key: string, booleans: FlagDefaultsRep['booleanDefaults']): FlagPost {
  const common = {
    key,
    name: flag.name.trim(),
    description: flag.description.trim(),
    tags: [...flag.tags],
  };
  if (flag.kind === 'migration') {
    const { stageCount, contextKind } = flag;
    const migrationSettings = { stageCount, ...(stageCount === 6 && { contextKind }) };
    return { ...common, purpose: 'migration', migrationSettings };
  }
  return {
    ...common,
    temporary: flag.isTemporary,
    clientSideAvailability: { usingEnvironmentId: flag.forBrowsers, usingMobileKey: flag.forMobiles },
    ...(flag.kind === 'boolean' ? booleanVariations(booleans) : freeVariations(flag)),
  };
}

function booleanVariations(booleans: FlagDefaultsRep['booleanDefaults']): Pick<FlagPost, 'variations' | 'defaults'> {
  const variation = (value: boolean, name: string, description: string) => ({
    value,
    ...(name && { name }),
    ...(description && { description }),
  });
  return {
    variations: [
      variation(true, booleans.trueDisplayName, booleans.trueDescription),
      variation(false, booleans.falseDisplayName, booleans.falseDescription),
    ],
    defaults: { onVariation: booleans.onVariation, offVariation: booleans.offVariation },
  };
}

function freeVariations(flag: NewFlag): Pick<FlagPost, 'variations' | 'defaults'> {
  return {
    variations: flag.variations.map(({ value, name }) => ({
      value: toValue(flag.kind, value),
      ...(name.trim() && { name: name.trim() }),
    })),
    defaults: { onVariation: flag.onVariation, offVariation: flag.offVariation },
  };
}

function toValue(kind: FlagKind, value: string): unknown {
  if (kind === 'number') return Number(value);
  return kind === 'json' ? JSON.parse(value) : value;
}
