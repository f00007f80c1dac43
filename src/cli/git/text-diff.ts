/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Beyond so many pairs of lines, what differs is shown as a whole. */
const MOST_PAIRS = 4_000_000;

type Line = { readonly sign: ' ' | '-' | '+'; readonly text: string };

/** What leads from one text to another, as people read it: a unified diff without a head; empty for equal texts. */
export function diffTexts(before: string, after: string): string {
  const lines = compare(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const shown = new Set(
    changed.flatMap((index) => Array.from({ length: 2 * CONTEXT + 1 }, (_, offset) => index + offset - CONTEXT)),
  );
  return lines
    .flatMap(({ sign, text }, index) => {
      if (!shown.has(index)) return [];
      const isGap = index > 0 && !shown.has(index - 1);
      return [...(isGap ? ['  …'] : []), `${sign} ${text}`.trimEnd()];
    })
    .join('\n');
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const head = countSame(before, after);
  const tail = Math.min(
    countSame(before.toReversed(), after.toReversed()),
    Math.min(before.length, after.length) - head,
  );
  const [old, next] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  return [
    ...before.slice(0, head).map((text): Line => ({ sign: ' ', text })),
    ...middle(old, next),
    ...before.slice(before.length - tail).map((text): Line => ({ sign: ' ', text })),
  ];
}

function countSame(left: readonly string[], right: readonly string[]): number {
  const index = left.findIndex((line, place) => line !== right[place]);
  return index < 0 ? left.length : index;
}

/** By the longest common sequence of lines. */
function middle(old: readonly string[], next: readonly string[]): readonly Line[] {
  const removed = (lines: readonly string[]) => lines.map((text): Line => ({ sign: '-', text }));
  const added = (lines: readonly string[]) => lines.map((text): Line => ({ sign: '+', text }));
  if (old.length * next.length > MOST_PAIRS) return [...removed(old), ...added(next)];
  const width = next.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = next.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        old[row] === next[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < old.length && column < next.length) {
    if (old[row] === next[column]) {
      lines.push({ sign: ' ', text: old[row] ?? '' });
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push({ sign: '-', text: old[row] ?? '' });
      row += 1;
    } else {
      lines.push({ sign: '+', text: next[column] ?? '' });
      column += 1;
    }
  }
  return [...lines, ...removed(old.slice(row)), ...added(next.slice(column))];
}
