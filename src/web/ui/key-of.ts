import type { Static } from 'typebox';
import type { NamingConvention } from '../../wire/rest/project.ts';

const MAX_KEY_LENGTH = 256;

/** A key that follows from a name and, for flags, the convention of the project: letters, digits, and what joins words. */
export function keyOf(
  name: string,
  { case: spelling = 'kebabCase', prefix = '' }: Static<typeof NamingConvention> = {},
): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const capitalised = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const spelt = {
    kebabCase: words.join('-'),
    snakeCase: words.join('_'),
    constantCase: words.join('_').toUpperCase(),
    upperCamelCase: capitalised.join(''),
    camelCase: [...words.slice(0, 1), ...capitalised.slice(1)].join(''),
  }[spelling];
  return spelt === '' ? '' : (prefix + spelt).slice(0, MAX_KEY_LENGTH);
}
