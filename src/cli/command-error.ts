/** How a command ends (docs/cli.md). */
export const ExitCode = {
  Done: 0,
  /** The service or the machine said no, or could not be reached. */
  Failed: 1,
  /** The command line or the configuration is not valid. */
  Usage: 2,
  /** What was compared is not the same. */
  Different: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends a command: a sentence for people, and the code for programs. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = ExitCode.Failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
