import type { Static } from 'typebox';
import { type Context, parseContext } from '../../../domain/evaluation/context.ts';
import type { ContextCollection } from '../../../wire/rest/contexts.ts';

export type SeenCollection = Static<typeof ContextCollection>;
/** A context or an instance as one application told of it last. */
export type Seen = SeenCollection['items'][number] & { readonly id?: string };
/** One kind of a context. */
export type SingleContext = Context extends ReadonlyMap<string, infer One> ? One : never;

/** The kinds of a context, each with its key and attributes; none where it cannot be read. */
export function partsOf(context: unknown): readonly SingleContext[] {
  try {
    return [...parseContext(context).values()];
  } catch {
    return [];
  }
}

/** What people call a context: its name, else its key. */
export function titleOf(context: unknown): string {
  const words = partsOf(context).map(({ key, attributes }) => {
    const { name } = attributes;
    return typeof name === 'string' && name !== '' ? name : key;
  });
  return words.length === 0 ? 'A context that cannot be read' : words.join(' + ');
}

/** The filter of a search. @param text part of a key or of an attribute; of instances `kind:key`, or the key of a user */
export function searchFilter(scope: 'contexts' | 'instances', kind: string | undefined, text: string | undefined) {
  const terms =
    scope === 'contexts'
      ? [kind && `kind equals ${JSON.stringify(kind)}`, text && `q equals ${JSON.stringify(text)}`]
      : [
          kind && `kinds contains ${JSON.stringify([kind])}`,
          text && `kindKeys contains ${JSON.stringify([text.includes(':') ? text : `${kind ?? 'user'}:${text}`])}`,
        ];
  return terms.filter(Boolean).join(',');
}
