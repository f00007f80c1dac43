import { putFlag } from '../../operations/put-flag.ts';
import { putSegment } from '../../operations/segments/put-segment.ts';
import type { Deps } from '../../operations/write.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import { SegmentParams } from '../../wire/rest/segment.ts';
import { PutQuery, PutRep, WholeFlag, WholeSegment } from '../../wire/rest/whole-resource.ts';
import type { RestApp } from '../app.ts';

/** Flags and segments put in their places as a whole, for copies between services and for files. */
export function wholeResourceRoutes(app: RestApp, deps: Deps): void {
  app.put(
    '/flags/:projectKey/:flagKey',
    {
      schema: {
        summary: 'Put a flag in its place as a whole',
        tags: ['Feature flags'],
        params: FlagParams,
        querystring: PutQuery,
        body: WholeFlag,
        response: { 200: PutRep },
      },
    },
    async ({ actor, params, query, body }) => {
      const { comment, ...document } = body;
      return { outcome: await putFlag(deps, { actor, ...params, document, comment, isDryRun: query.dryRun }) };
    },
  );

  app.put(
    '/segments/:projectKey/:environmentKey/:segmentKey',
    {
      schema: {
        summary: 'Put a segment in its place as a whole',
        tags: ['Segments'],
        params: SegmentParams,
        querystring: PutQuery,
        body: WholeSegment,
        response: { 200: PutRep },
      },
    },
    async ({ actor, params, query, body }) => {
      const { comment, ...document } = body;
      return { outcome: await putSegment(deps, { actor, ...params, document, comment, isDryRun: query.dryRun }) };
    },
  );
}
