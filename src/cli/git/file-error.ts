import { CommandError, ExitCode } from '../command-error.ts';

/** Something in a file that cannot be. */
export class FileError extends CommandError {
  constructor(message: string) {
    super(message, ExitCode.Usage);
  }
}
