import { useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import { type Context, parseContext } from '../../../domain/evaluation/context.ts';
import type { ContextInstanceCollection } from '../../../wire/rest/contexts.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { apiPath, request } from '../../api/request.ts';
import { loadPatterns } from '../../evaluation/patterns.ts';
import type { ClausePlace } from '../../targeting/clause-editor.tsx';
import { messageOf } from '../../ui/error-notice.tsx';
import { variationLabel } from '../../ui/variation.tsx';
import type { Draft } from './draft.ts';
import classes from './flag.module.css';
import { impactOf, impactWords, needsSurroundings } from './impact.ts';
import { simulate } from './simulate.ts';
import { NO_SURROUNDINGS, readSurroundings } from './surroundings.ts';
import { usesPatterns } from './use-patterns.ts';

/** The most that the service answers at once. */
const PAGE_SIZE = 50;

/** How many contexts are looked at; fewer where the service has to be asked about each of them. */
const MOST = 1000;
const MOST_ASKED = 50;
const ASKED_AT_ONCE = 5;

interface Props {
  readonly place: ClausePlace;
  readonly flag: FlagRep;
  readonly base: Draft;
  readonly draft: Draft;
  readonly salt: string;
  readonly needed: ReadonlyMap<string, FlagRep>;
}

/** How many of the contexts that were seen lately would be served something else. */
export function ImpactCount(props: Props) {
  const { place, flag, base, draft } = props;
  const impact = useQuery({
    queryKey: ['impact', place, flag.key, flag._version, base, draft],
    queryFn: ({ signal }) => readImpact(props, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <p className={classes['impact']} role="status" aria-label="Impact">
      {impact.error
        ? `How many contexts change is not known: ${messageOf(impact.error)}`
        : (impact.data ?? 'Counting the contexts that change …')}
    </p>
  );
}

async function readImpact({ place, flag, base, draft, salt, needed }: Props, signal: AbortSignal): Promise<string> {
  const isAsked = needsSurroundings(base) || needsSurroundings(draft);
  const { found, seen } = await readSeen(place, isAsked ? MOST_ASKED : MOST, signal);
  const keys = [...needed.keys()];
  if (usesPatterns(base) || usesPatterns(draft)) await loadPatterns();
  const evaluateOne = async ({ context, written }: Seen) => {
    const surroundings = isAsked ? await readSurroundings(place, written, keys, signal) : NO_SURROUNDINGS;
    const served = (one: Draft) => simulate(flag, one, { salt, needed, context, surroundings }).evaluation;
    return { before: served(base), after: served(draft) };
  };
  const pairs: Awaited<ReturnType<typeof evaluateOne>>[] = [];
  for (let start = 0; start < found.length; start += ASKED_AT_ONCE) {
    pairs.push(...(await Promise.all(found.slice(start, start + ASKED_AT_ONCE).map(evaluateOne))));
  }
  return impactWords(impactOf(pairs, nameIn(flag)), seen);
}

interface Seen {
  readonly context: Context;
  /** As the SDK wrote it. */
  readonly written: unknown;
}

/** The contexts seen last, whole as SDKs evaluate them, and how many there are in all. */
async function readSeen(
  { projectKey, environmentKey }: ClausePlace,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly found: readonly Seen[]; readonly seen: number }> {
  const path = apiPath('projects', projectKey, 'environments', environmentKey, 'context-instances', 'search');
  const found = new Map<string, Seen>();
  let continuationToken: string | undefined;
  let seen: number | undefined;
  for (let read = 0; read < most; read += PAGE_SIZE) {
    const body = { limit: PAGE_SIZE, ...(continuationToken !== undefined && { continuationToken }) };
    const query = { includeTotalCount: seen === undefined };
    const page = await request<Static<typeof ContextInstanceCollection>>(path, { method: 'POST', query, body, signal });
    for (const { id, context } of page.items) found.set(id, { context: parseContext(context), written: context });
    seen ??= page.totalCount ?? page.items.length;
    ({ continuationToken } = page);
    if (continuationToken === undefined) break;
  }
  // A context that several applications tell of is there once for each, and counts once.
  const isAll = continuationToken === undefined;
  return { found: [...found.values()], seen: isAll ? found.size : (seen ?? found.size) };
}

function nameIn({ variations }: FlagRep) {
  return (position: number | null) =>
    position === null ? 'the default of the code' : variationLabel(variations[position] ?? {});
}
