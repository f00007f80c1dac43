import { type Command, InvalidArgumentError, Option } from 'commander';

/** Options of every command that is about one project. */
export interface ProjectOptions {
  readonly project: string;
}

/** Adds `--project` to a command. */
export function withProject(command: Command): Command {
  return command.addOption(
    new Option('--project <key>', 'key of the project').env('SLIPWAY_PROJECT').default('default'),
  );
}

/** Reads an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Reads a whole number, from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const isNumber = /^\d{1,9}$/.test(text) && Number(text) >= least;
    if (!isNumber) throw new InvalidArgumentError(`Expected a whole number from ${least} on.`);
    return Number(text);
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads a length of time such as `90s`, `10m` or `2h`, in milliseconds. */
export function duration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = UNITS[unit];
  if (ms === undefined) throw new InvalidArgumentError('Expected a length of time such as 90s, 10m or 2h.');
  return Number(digits) * ms;
}
