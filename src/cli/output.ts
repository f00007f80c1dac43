import type { Command } from 'commander';

/** Options of every command that prints a result. */
export interface OutputOptions {
  readonly json?: boolean;
}

/** Adds `--json` to a command. */
export function withOutput(command: Command): Command {
  return command.option('--json', 'print JSON, for programs');
}

/** Adds examples to the help of a command: a line, or several. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

/** Prints a result on standard output: as JSON when asked for, else the text for people. */
export function print({ json }: OutputOptions, result: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : text()}\n`);
}

/** Prints one of many results that come one after the other: as JSON on a line of its own when asked for. */
export function printLine({ json }: OutputOptions, result: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(result) : text()}\n`);
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

/** A time for people, to the second, in UTC. @param millis Unix milliseconds */
export function timeOf(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19)}Z`;
}
