import { CommandError, ExitCode } from '../command-error.ts';

export type Kind = 'boolean' | 'string' | 'number' | 'json';

/** A variation as the API takes it. */
export interface NewVariation {
  readonly value: unknown;
  readonly name?: string;
}

/**
 * The variations of a new flag.
 * @returns nothing for a boolean flag without names, whose variations go without saying
 * @throws CommandError naming the option
 */
export function readVariations(
  kind: Kind,
  values: readonly string[] | undefined,
  names: readonly string[] = [],
): readonly NewVariation[] | undefined {
  if (kind === 'boolean') {
    if (values !== undefined) fail(`--variation: expected none for a boolean flag, got ${values.length}`);
    if (names.length === 0) return undefined;
    return named([true, false], names);
  }
  if (values === undefined || values.length < 2) {
    fail(`--variation: expected at least two for a flag of kind ${kind}, got ${values?.length ?? 0}`);
  }
  return named(
    values.map((text) => readValue(kind, text)),
    names,
  );
}

function named(values: readonly unknown[], names: readonly string[]): readonly NewVariation[] {
  if (names.length > values.length) {
    fail(`--variation-name: expected at most ${values.length}, one for each variation, got ${names.length}`);
  }
  return values.map((value, index) => {
    const name = names[index];
    return { value, ...(name !== undefined && { name }) };
  });
}

function readValue(kind: 'string' | 'number' | 'json', text: string): unknown {
  if (kind === 'string') return text;
  try {
    const value: unknown = JSON.parse(text);
    if (kind === 'json' || typeof value === 'number') return value;
  } catch {
    // told below
  }
  return fail(`--variation: expected ${kind === 'json' ? 'JSON' : 'a number'}, got ${JSON.stringify(text)}`);
}

function fail(message: string): never {
  throw new CommandError(message, ExitCode.Usage);
}
