import { jsonKey } from '../../domain/json.ts';
import { FileError } from './file-error.ts';

interface Variation {
  readonly name?: string | undefined;
  readonly value: unknown;
}

const PLACE = /^#\d+$/;
const LONGEST = 60;

/**
 * What variations are called in files: by their names, else by their values, and by their places where that would be
 * ambiguous, long, or look like a place.
 */
export function labelsOf(variations: readonly Variation[]): readonly string[] {
  const wanted = variations.map(({ name, value }) => name ?? (typeof value === 'string' ? value : jsonKey(value)));
  return wanted.map((label, index) => {
    const isClear = wanted.indexOf(label) === wanted.lastIndexOf(label) && label !== '' && label.length <= LONGEST;
    return isClear && !PLACE.test(label) ? label : `#${index + 1}`;
  });
}

/**
 * The place of the variation that a file speaks of.
 * @throws FileError naming what was expected
 */
export function indexOfLabel(variations: readonly Variation[], label: string | number | boolean, at: string): number {
  const labels = labelsOf(variations);
  const index = labels.indexOf(String(label));
  if (index >= 0) return index;
  throw new FileError(`${at}: ${JSON.stringify(label)} is not a variation; expected one of ${labels.join(', ')}`);
}
