import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The table of a specification whose first column has this name: its cells, without code marks, by row and column. */
export function specTable(path: string, name: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const lines = readFileSync(new URL(path, ROOT), 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith(`| ${name} |`));
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  const [header = [], _rule, ...rows] = lines.slice(first, first + length).map(cellsOf);
  return new Map(
    rows.map(([row = '', ...cells]) => [row, new Map(cells.map((cell, at) => [header[at + 1] ?? '', cell]))]),
  );
}

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));
