import type { RefTo } from './flag-document.ts';

/*
 * References to variations that a patch did not write. Positions that it did write count in the list of variations
 * that results; all others stay with the variation they were for (docs/wire/flags.md, "Positions").
 */

/** No JSON that comes in has this character. */
const MARK = '\u0000';

/** Refers to a variation by its marked id. */
export const byMark: RefTo<string> = (_, variationId) => MARK + variationId;

/** The id in a marked reference; undefined for anything that a patch wrote. */
export function markedVariation(ref: unknown): string | undefined {
  return typeof ref === 'string' && ref.startsWith(MARK) ? ref.slice(MARK.length) : undefined;
}
