import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** What variables say once files have been read, and what was wrong with some of them. */
export interface WithFiles {
  readonly environment: Environment;
  /** One line for each bad variable; never with the content of a file. */
  readonly problems: readonly string[];
}

/**
 * Lets each of some variables stand in a file, as containers are given secrets: `NAME_FILE` is the path, and the value is
 * the content without the newline at its end. An empty variable counts as absent.
 */
export function readSecretFiles(environment: Environment, names: Iterable<string>): WithFiles {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of names) {
    const path = environment[`${name}_FILE`];
    if (!path) continue;
    const read = environment[name] ? { expected: `nothing, since ${name} is set` } : readSecret(path);
    if ('value' in read) values[name] = read.value;
    else problems.push(`${name}_FILE: expected ${read.expected}, got ${JSON.stringify(path)}`);
  }
  return { environment: { ...environment, ...values }, problems };
}

function readSecret(path: string): { readonly value: string } | { readonly expected: string } {
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return value === '' ? { expected: 'a file that is not empty' } : { value };
  } catch (error) {
    return { expected: `a file that can be read (${(error as NodeJS.ErrnoException).code})` };
  }
}
