import type { Command } from 'commander';

/** Options of every command that prints a result. */
export interface OutputOptions {
  readonly json?: boolean;
}

/** Adds `--json` to a command. */
export function withOutput(command: Command): Command {
  return command.option('--json', 'print JSON, for programs');
}

/** Prints a result on standard output: as JSON when asked for, else the text for people. */
export function print({ json }: OutputOptions, result: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : text()}\n`);
}

/** Tells of progress, on standard error, so that results can be piped on. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Rows in columns that are as wide as their widest cell; the first row holds the headings. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
