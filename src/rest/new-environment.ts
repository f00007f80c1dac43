import type { NewEnvironment } from '../domain/environment.ts';
import { InvalidRequest } from '../domain/errors.ts';
import type { EnvironmentPost } from '../wire/rest/environment.ts';

/** A new environment as the wire asks for it. @throws InvalidRequest when it shall be a clone of another one */
export function toNewEnvironment({ source, ...environment }: EnvironmentPost): NewEnvironment {
  if (source === undefined) return environment;
  throw new InvalidRequest('source: cloning an environment is not available; expected nothing');
}
