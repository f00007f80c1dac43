import { canonicalKey, type Context, parseContext, type SingleContext } from '../domain/evaluation/context.ts';
import type { Json } from '../domain/json.ts';
import type { ContextScope } from '../store/seen-contexts.ts';
import { canBeKept, type Members, membersOf } from './members.ts';

/** A context that a batch of events tells of. */
export interface ToldContext {
  readonly scope: ContextScope;
  readonly kind: string;
  readonly key: string;
  /** As SDKs write it, as JSON. */
  readonly document: string;
}

/** Events that have the whole context in them; in those of single evaluations more of it may be redacted. */
const TELLING: ReadonlySet<unknown> = new Set(['index', 'identify', 'debug']);
const MAX_KIND_LENGTH = 100;
const MAX_KEY_LENGTH = 512;
const MAX_DOCUMENT_LENGTH = 32 * 1024;

/**
 * Reads the contexts of a batch of events, the last of each where there are several: each kind for itself, and all of
 * one event together (docs/wire/contexts.md, "Where contexts come from"). What is malformed is passed over: no SDK
 * could mend it.
 */
export function readContexts(events: readonly object[]): readonly ToldContext[] {
  const told = events.flatMap((event) => {
    const { kind, context, user } = event as Members;
    return TELLING.has(kind) ? toldBy(context ?? user) : [];
  });
  return [...new Map(told.map((one) => [`${one.scope} ${one.kind} ${one.key}`, one])).values()];
}

function toldBy(value: unknown): readonly ToldContext[] {
  const context = canBeKept(value) ? parse(value) : undefined;
  if (!context) return [];
  const isMulti = membersOf(value)['kind'] === 'multi';
  const documents = [...context].map(([kind, single]) => {
    const raw = membersOf(isMulti ? membersOf(value)[kind] : value);
    return { kind, key: single.key, document: documentOf(single, raw) };
  });
  const singles = documents.map(({ kind, key, document }) => told('context', kind, key, document));
  const [first] = documents;
  const whole =
    documents.length === 1 && first
      ? told('instance', first.kind, canonicalKey(context), first.document)
      : told('instance', 'multi', canonicalKey(context), {
          kind: 'multi',
          ...Object.fromEntries(documents.map(({ kind, document }) => [kind, withoutKind(document)])),
        });
  return [...singles, whole].filter(
    ({ kind, key, document }) =>
      kind.length <= MAX_KIND_LENGTH && isStorableKey(key) && document.length <= MAX_DOCUMENT_LENGTH,
  );
}

function parse(value: Json): Context | undefined {
  try {
    return parseContext(value);
  } catch {
    return undefined;
  }
}

const told = (scope: ContextScope, kind: string, key: string, document: object): ToldContext => ({
  scope,
  kind,
  key,
  document: JSON.stringify(document),
});

type Document = Readonly<Record<string, Json>>;

function documentOf({ kind, key, attributes }: SingleContext, raw: Members): Document {
  const { kind: _kind, key: _key, ...others } = attributes;
  const redacted = membersOf(raw['_meta'])['redactedAttributes'] ?? raw['privateAttrs'];
  const names = Array.isArray(redacted) ? redacted.filter((name) => typeof name === 'string') : [];
  return { kind, key, ...others, ...(names.length > 0 && { _meta: { redactedAttributes: names } }) };
}

/** In a context of several kinds, the kind stands before the rest. */
function withoutKind({ kind: _kind, ...others }: Document): Document {
  return others;
}

/** Whether something is a key of a context that both engines can hold, and as it is. */
export function isStorableKey(key: unknown): key is string {
  return (
    typeof key === 'string' && key !== '' && key.length <= MAX_KEY_LENGTH && !key.includes('\0') && key.isWellFormed()
  );
}
