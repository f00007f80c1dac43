import type { Context } from '../domain/evaluation/context.ts';
import type { EvaluationSource } from '../domain/evaluation/evaluate.ts';
import type { SdkFlag, SdkSegment } from '../domain/evaluation/sdk-model.ts';
import { chunks } from './chunks.ts';
import type { Db } from './database.ts';
import { listDeliveriesSince } from './deliveries.ts';

/** What SDKs of an environment hold, and what is known of a context in big segments. */
export interface LoadedSource extends EvaluationSource {
  readonly flags: ReadonlyMap<string, SdkFlag>;
  readonly segments: ReadonlyMap<string, SdkSegment>;
}

/** Loads all that a context can be evaluated with in an environment, as SDKs have it. */
export async function loadEvaluationSource(db: Db, environmentId: string, context: Context): Promise<LoadedSource> {
  const flags = new Map<string, SdkFlag>();
  const segments = new Map<string, SdkSegment>();
  for (const { kind, key, document } of await listDeliveriesSince(db, environmentId, 0)) {
    if (document === null) continue;
    if (kind === 'flag') flags.set(key, JSON.parse(document) as SdkFlag);
    else segments.set(key, JSON.parse(document) as SdkSegment);
  }
  return {
    flags,
    segments,
    findFlag: (key) => flags.get(key),
    findSegment: (key) => segments.get(key),
    findMembership: await loadMemberships(db, environmentId, segments, context),
  };
}

/** Looks up how the keys of a context stand to the big segments among the segments of an environment. */
export async function loadMemberships(
  db: Db,
  environmentId: string,
  segments: ReadonlyMap<string, SdkSegment>,
  context: Context,
): Promise<EvaluationSource['findMembership']> {
  const isBig = segments.values().some(({ unbounded }) => unbounded);
  const lists = isBig ? await loadBigSegmentLists(db, environmentId, context) : new Set();
  return ({ key }, contextKey) => {
    if (lists.has(`included ${key} ${contextKey}`)) return true;
    return lists.has(`excluded ${key} ${contextKey}`) ? false : undefined;
  };
}

/** The lists of big segments that the keys of a context are on, as `<list> <segment key> <context key>`. */
async function loadBigSegmentLists(db: Db, environmentId: string, context: Context): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const chunk of chunks([...context.values()].map(({ key }) => key))) {
    const rows = await db
      .selectFrom('big_segment_targets as targets')
      .innerJoin('segments', 'segments.id', 'targets.segment_id')
      .select(['segments.key', 'targets.list', 'targets.context_key'])
      .where('segments.environment_id', '=', environmentId)
      .where('targets.context_key', 'in', chunk)
      .execute();
    for (const { key, list, context_key } of rows) found.add(`${list} ${key} ${context_key}`);
  }
  return found;
}
