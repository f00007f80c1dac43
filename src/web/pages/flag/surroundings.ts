import type { Static } from 'typebox';
import type { EvaluationCollection, SegmentMembershipList } from '../../../wire/rest/evaluation.ts';
import { apiPath, request } from '../../api/request.ts';
import type { ClausePlace } from '../../targeting/clause-editor.tsx';
import type { Surroundings } from './simulate.ts';

/** For contexts of which nothing else has to be known. */
export const NO_SURROUNDINGS: Surroundings = { segments: new Set(), flags: new Map() };

/**
 * Asks the service for the segments that a context is in and for what other flags serve to it: big segments are only
 * there.
 * @param context as an SDK would send it
 * @throws ApiError
 */
export async function readSurroundings(
  { projectKey, environmentKey }: ClausePlace,
  context: unknown,
  flagKeys: readonly string[],
  signal: AbortSignal,
): Promise<Surroundings> {
  const path = ['projects', projectKey, 'environments', environmentKey];
  const ask = { method: 'POST', body: context, signal } as const;
  const memberships = request<Static<typeof SegmentMembershipList>>(apiPath(...path, 'segments', 'evaluate'), ask);
  const served = flagKeys.map((key) =>
    request<Static<typeof EvaluationCollection>>(apiPath(...path, 'flags', 'evaluate'), {
      ...ask,
      query: { filter: `query equals ${JSON.stringify(key)}` },
    }),
  );
  const [{ items: segments }, ...found] = await Promise.all([memberships, ...served]);
  const flags = found.flatMap(({ items }) => items);
  return {
    segments: new Set(segments.filter(({ isMember }) => isMember).map(({ key }) => key)),
    flags: new Map(flags.map(({ key, _value, reason }) => [key, { isOn: reason.kind !== 'OFF', value: _value }])),
  };
}
