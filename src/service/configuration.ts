import { CommandError, ExitCode } from '../cli/command-error.ts';
import { type Config, ConfigError, processEnvironment, readConfig } from '../config.ts';

/** What the environment variables and the file `.env` say. @throws CommandError naming every bad variable */
export function configuration(): Config {
  try {
    return readConfig(processEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandError(`The configuration is not valid:\n${error.message}`, ExitCode.Usage);
  }
}
