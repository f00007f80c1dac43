import { type Viewer, type ClientFlag, isVisible, toClientFlag } from '../../domain/evaluation/client-flag.ts';
import type { Context } from '../../domain/evaluation/context.ts';
import { evaluate, type EvaluationSource } from '../../domain/evaluation/evaluate.ts';
import type { SdkFlag } from '../../domain/evaluation/sdk-model.ts';
import type { EvaluationEndpoint, Metrics } from '../../metrics.ts';
import type { Database, Db } from '../../store/database.ts';
import { loadMemberships } from '../../store/evaluation-source.ts';
import type { ServedState } from '../served-state.ts';
import { jsonObject, type TaggedBody } from '../tagged-body.ts';
import { shownFlags } from './shown-flags.ts';

/** How somebody sees the flags of an environment. */
export interface ClientView {
  readonly viewer: Viewer;
  readonly context: Context;
  readonly withReasons: boolean;
}

/** What flags are evaluated with. */
export interface Evaluator {
  readonly db: Db;
  /** Hears how many flags have been evaluated. */
  evaluated(flags: number): void;
}

/** Evaluates for an endpoint, and counts. */
export function evaluatorFor(
  { database, metrics }: { readonly database: Database; readonly metrics: Metrics },
  endpoint: EvaluationEndpoint,
): Evaluator {
  return { db: database.db, evaluated: (flags) => metrics.evaluations.inc({ endpoint }, flags) };
}

/** Evaluates flags of a state for a view, and tells of each under its key. */
export async function evaluateAll(
  { db, evaluated: count }: Evaluator,
  state: ServedState,
  { viewer, context, withReasons }: ClientView,
  flags: Iterable<SdkFlag>,
): Promise<ReadonlyMap<string, ClientFlag>> {
  const source = await sourceFor(db, state, context);
  const sees = (key: string) => {
    const other = state.flags.get(key);
    return other !== undefined && isVisible(other, viewer);
  };
  const evaluated = new Map<string, ClientFlag>();
  for (const flag of flags) {
    const settings = { version: state.versionOf(flag.key), withReasons, sees };
    evaluated.set(flag.key, toClientFlag(flag, evaluate(flag, context, source), settings));
  }
  count(evaluated.size);
  return evaluated;
}

/** The JSON of all flags of a state that a view sees, under their keys. */
export async function writeAll(
  { db, evaluated }: Evaluator,
  state: ServedState,
  view: ClientView,
): Promise<TaggedBody> {
  const { viewer, context, withReasons } = view;
  const source = await sourceFor(db, state, context);
  const members = shownFlags(state, viewer).write(context, source, withReasons);
  evaluated(members.length);
  return jsonObject(members);
}

/** What flags of a state are evaluated with for a context; only big segments are looked up in the store. */
export async function sourceFor(db: Db, state: ServedState, context: Context): Promise<EvaluationSource> {
  return {
    findFlag: (key) => state.flags.get(key),
    findSegment: (key) => state.segments.get(key),
    findMembership: await loadMemberships(db, state.environmentId, state.segments, context),
  };
}
