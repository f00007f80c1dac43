import type { Json } from '../domain/json.ts';
import { canBeKept, type Members, membersOf } from './members.ts';

/** What a batch of events tells of the evaluations of one flag. */
export interface Evaluation {
  readonly flagKey: string;
  /** The default that code passed; undefined when the events do not tell, or tell none that can be kept. */
  readonly defaultValue: Json | undefined;
  readonly contextKinds: ReadonlySet<string>;
}

/** Most context kinds of one flag that a batch is believed. */
const MAX_KINDS = 20;
/** `kind` and `multi` mean something else where kinds stand. */
const CONTEXT_KIND = /^(?!(?:kind|multi)$)[a-zA-Z0-9._-]{1,64}$/;
/** As flags have them (docs/wire/rest.md, "Keys"); PostgreSQL cannot even look for a key with NUL. */
const FLAG_KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,255}$/;

/** Whether a flag can have this key. */
export function isFlagKey(key: string): boolean {
  return FLAG_KEY.test(key);
}

/**
 * Reads which flags a batch of events evaluated: from its summaries, and from events of single evaluations
 * (docs/wire/sdk.md, "Evaluations in events"). What is malformed is passed over: no SDK could mend it.
 */
export function readEvaluations(events: readonly object[]): readonly Evaluation[] {
  const found = events.flatMap((event) => {
    const members = event as Members;
    if (members['kind'] === 'summary') return summaryEvaluations(members);
    return members['kind'] === 'feature' ? featureEvaluations(members) : [];
  });
  const byKey = Map.groupBy(found, ({ flagKey }) => flagKey);
  return [...byKey].map(([flagKey, evaluations]) => ({
    flagKey,
    defaultValue: evaluations.findLast(({ defaultValue }) => defaultValue !== undefined)?.defaultValue,
    contextKinds: new Set(
      [...new Set(evaluations.flatMap(({ contextKinds }) => [...contextKinds]))].slice(0, MAX_KINDS),
    ),
  }));
}

function summaryEvaluations(event: Members): readonly Evaluation[] {
  return Object.entries(membersOf(event['features'])).flatMap(([flagKey, feature]) => {
    const { default: defaultValue, contextKinds, counters } = membersOf(feature);
    const isKnown = Array.isArray(counters) && counters.some(countsKnown);
    return isKnown ? evaluation(flagKey, defaultValue, Array.isArray(contextKinds) ? contextKinds : []) : [];
  });
}

/** Whether a counter is one, and of a flag that the SDK has found. */
function countsKnown(counter: unknown): boolean {
  return typeof counter === 'object' && counter !== null && membersOf(counter)['unknown'] !== true;
}

function featureEvaluations(event: Members): readonly Evaluation[] {
  const { key, default: defaultValue } = event;
  return typeof key === 'string' ? evaluation(key, defaultValue, eventKinds(event)) : [];
}

/** One evaluation, or none when the key is not one that a flag can have. */
function evaluation(flagKey: string, defaultValue: unknown, kinds: readonly unknown[]): readonly Evaluation[] {
  if (!isFlagKey(flagKey)) return [];
  const contextKinds = new Set(
    kinds.filter((kind) => typeof kind === 'string').filter((kind) => CONTEXT_KIND.test(kind)),
  );
  return [
    {
      flagKey,
      defaultValue: defaultValue !== null && canBeKept(defaultValue) ? defaultValue : undefined,
      contextKinds,
    },
  ];
}

/** The kinds of the context of an event: whole or by keys; older SDKs know users only. */
function eventKinds({ context, contextKeys, user, userKey }: Members): readonly unknown[] {
  if (contextKeys !== undefined) return Object.keys(membersOf(contextKeys));
  if (context !== undefined) {
    const { kind, ...others } = membersOf(context);
    return kind === 'multi' ? Object.keys(others) : [kind];
  }
  return user === undefined && userKey === undefined ? [] : ['user'];
}
