/** A version after Semantic Versioning 2.0; what is built from it does not count and is not kept. */
export interface SemanticVersion {
  /** Major, minor and patch, in decimal digits: they may be larger than a number can hold. */
  readonly core: readonly [string, string, string];
  readonly prerelease: readonly string[];
}

const NUMBER = '(0|[1-9]\\d*)';
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const VERSION = new RegExp(
  `^${NUMBER}(?:\\.${NUMBER})?(?:\\.${NUMBER})?(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

/** Reads a version; minor and patch may be missing (docs/wire/sdk.md, "Operators"). Anything else is none. */
export function parseSemanticVersion(value: unknown): SemanticVersion | undefined {
  const match = typeof value === 'string' ? VERSION.exec(value) : null;
  if (!match) return undefined;
  const [, major = '0', minor = '0', patch = '0', prerelease] = match;
  return { core: [major, minor, patch], prerelease: prerelease?.split('.') ?? [] };
}

/** Below 0 when the first comes before the second, 0 when they are the same. */
export function compareSemanticVersions(left: SemanticVersion, right: SemanticVersion): number {
  for (const [index, number] of left.core.entries()) {
    const difference = compareNumbers(number, right.core[index] as string);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(left.prerelease, right.prerelease);
}

/** A version without a pre-release comes after all that have one; more identifiers come after fewer. */
function comparePrereleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;
  for (const [index, identifier] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = compareIdentifiers(identifier, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Numbers come before words. */
function compareIdentifiers(left: string, right: string): number {
  const [isLeftNumber, isRightNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (isLeftNumber && isRightNumber) return compareNumbers(left, right);
  if (isLeftNumber !== isRightNumber) return isLeftNumber ? -1 : 1;
  return compareTexts(left, right);
}

/** Numbers without leading zeros: the longer one is the greater one. */
const compareNumbers = (left: string, right: string) =>
  left.length === right.length ? compareTexts(left, right) : left.length - right.length;

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
