import { Type } from 'typebox';
import type { Environment } from '../domain/environment.ts';
import { NotFound } from '../domain/errors.ts';

/** `env`: environments to show. */
export const EnvQuery = Type.Optional(
  Type.Union([Type.String(), Type.Array(Type.String())], { description: 'Environments to show; may be repeated' }),
);

/** `expand`: more to show. */
export const ExpandQuery = Type.Optional(
  Type.Union([Type.String(), Type.Array(Type.String())], { description: 'Comma list of members to add' }),
);

/** The words of a parameter that may be repeated and be a comma list. */
export function listWords(list: string | readonly string[] | undefined): readonly string[] {
  return [list ?? []]
    .flat()
    .flatMap((words) => words.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** The environments that `env` names, repeated or as a comma list. @throws NotFound for an unknown one */
export function pickEnvironments(
  environments: readonly Environment[],
  env: string | readonly string[] | undefined,
): readonly Environment[] | undefined {
  const keys = listWords(env);
  if (keys.length === 0) return undefined;
  const unknown = keys.find((key) => !environments.some((environment) => environment.key === key));
  if (unknown !== undefined) throw new NotFound('environment', unknown);
  return environments.filter(({ key }) => keys.includes(key));
}
