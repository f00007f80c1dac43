import { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { canView, isAdmin, seesAllProjects } from '../../domain/access/can.ts';
import { allows, readPolicy, type Statement } from '../../domain/access/policy.ts';
import { isSpecifier, specifies } from '../../domain/access/resource.ts';
import { Forbidden, InvalidRequest, NotFound } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import { show } from '../../domain/json.ts';
import type { Deps } from '../../operations/write.ts';
import { getAccountId } from '../../store/account.ts';
import { type ChangeSummary, getChange, readChanges } from '../../store/changes.ts';
import { listProjects } from '../../store/projects.ts';
import {
  AuditEntryRep,
  type AuditEntrySummary,
  AuditLogCollection,
  AuditLogCounts,
} from '../../wire/rest/audit-log.ts';
import type { RestApp } from '../app.ts';
import { auditPayload } from '../audit-versions.ts';
import { contains } from '../filter.ts';
import { toAuditEntryRep, toAuditEntrySummary } from '../representations/audit-entry.ts';

const MAX_LIMIT = 20;
const DEFAULT_LIMIT = 10;
const DEFAULT_BUCKETS = 50;

const Time = (description: string) =>
  Type.Optional(Type.Integer({ description: `${description}, in Unix milliseconds` }));
const SpanQuery = {
  before: Time('Only what happened before'),
  after: Time('Only what happened after'),
  beforeId: Type.Optional(Type.String({ description: 'With before: the entry of that time to go on from' })),
};
const SearchQuery = Type.Object({
  ...SpanQuery,
  q: Type.Optional(Type.String({ description: 'A part of the name of the resource' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: `Most entries; ${DEFAULT_LIMIT} when absent` }),
  ),
});
const ListQuery = Type.Object({
  ...SearchQuery.properties,
  spec: Type.Optional(Type.String({ description: 'A resource specifier, such as proj/*:env/production:flag/*' })),
});
const CountQuery = Type.Object({
  ...SpanQuery,
  after: Type.Integer({ description: 'The beginning, in Unix milliseconds' }),
  buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '50 when absent' })),
});
const EntryParams = Type.Object({ id: Type.String({ description: 'Id of the entry' }) });
const Policy = Type.Unknown({ description: 'Statements; only what they allow is returned' });

/** The audit log: list, search by a policy, read one entry, count over time, export. */
export function auditLogRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Audit log'];

  app.get(
    '/auditlog',
    { schema: { summary: 'List changes', tags, querystring: ListQuery, response: { 200: AuditLogCollection } } },
    async ({ actor, query, url }) => {
      const { spec } = query;
      if (spec !== undefined && !isSpecifier(spec)) {
        throw new InvalidRequest(
          `spec: expected a resource specifier such as "proj/*:env/*:flag/*", got ${show(spec)}`,
        );
      }
      const isMeant = ({ accesses }: ChangeSummary) =>
        spec === undefined || accesses.some((access) => specifies(spec, access));
      return search(actor, query, url, isMeant);
    },
  );

  app.post(
    '/auditlog',
    {
      schema: {
        summary: 'List the changes that a policy speaks of',
        tags,
        querystring: SearchQuery,
        body: Policy,
        response: { 200: AuditLogCollection },
      },
    },
    async ({ actor, query, url, body }) => search(actor, query, url, byPolicy(body)),
  );

  app.post(
    '/auditlog/counts',
    {
      schema: {
        summary: 'Count changes over time',
        tags,
        querystring: CountQuery,
        body: Policy,
        response: { 200: AuditLogCounts },
      },
    },
    async ({ actor, query, body }) => {
      const { after, before = deps.clock.now(), buckets: count = DEFAULT_BUCKETS } = query;
      if (before <= after) throw new InvalidRequest(`after: expected a time before ${before}, got ${after}`);
      const isMeant = byPolicy(body);
      const maySee = await visibility(actor);
      const intervalMs = Math.ceil((before - after) / count);
      const counts = Array.from({ length: count }, () => 0);
      for await (const change of readChanges(db, { after, before })) {
        const bucket = Math.min(count - 1, Math.floor((change.occurredAt - after) / intervalMs));
        if (maySee(change) && isMeant(change)) counts[bucket] = (counts[bucket] ?? 0) + 1;
      }
      return {
        buckets: counts.map((one, index) => ({ timestamp: after + index * intervalMs, count: one })),
        totalCount: counts.reduce((sum, one) => sum + one, 0),
        bucketIntervalMs: intervalMs,
      };
    },
  );

  app.get(
    '/auditlog/:id',
    { schema: { summary: 'Get a change', tags, params: EntryParams, response: { 200: AuditEntryRep } } },
    async ({ actor, params }) => {
      const change = await getChange(db, params.id);
      if (!(await visibility(actor))(change)) throw new NotFound('audit log entry', params.id);
      return auditPayload(db)(change);
    },
  );

  app.get(
    '/auditlog.ndjson',
    {
      schema: {
        summary: 'Export changes, newest first, one JSON object a line',
        tags,
        querystring: Type.Object(SpanQuery),
      },
    },
    async ({ actor, query }, reply) => {
      if (!isAdmin(actor)) throw new Forbidden('Only admins can export the audit log');
      const accountId = await getAccountId(db);
      const maySee = await visibility(actor);
      async function* lines(): AsyncGenerator<string> {
        for await (const summary of readChanges(db, query)) {
          if (!maySee(summary)) continue;
          const change = await getChange(db, summary.id);
          yield `${JSON.stringify(toAuditEntryRep(change, accountId, (state) => state))}\n`;
        }
      }
      return reply.type('application/x-ndjson').send(Readable.from(lines()));
    },
  );

  async function search(
    actor: Caller,
    { q, limit = DEFAULT_LIMIT, ...span }: Static<typeof SearchQuery>,
    url: string,
    isMeant: (change: ChangeSummary) => boolean,
  ): Promise<Static<typeof AuditLogCollection>> {
    const maySee = await visibility(actor);
    const found: ChangeSummary[] = [];
    for await (const change of readChanges(db, span)) {
      if (maySee(change) && contains(q, change.name) && isMeant(change)) found.push(change);
      if (found.length > limit) break;
    }
    const accountId = await getAccountId(db);
    const items = found.slice(0, limit).map((change) => toAuditEntrySummary(change, accountId));
    const last = items.at(-1);
    return {
      _links: {
        self: { href: url, type: 'application/json' },
        ...(found.length > limit && last && { next: { href: withBefore(url, last), type: 'application/json' } }),
      },
      items,
    };
  }

  /** Which entries the caller may see: those of projects that they may view, and of no project. */
  async function visibility(actor: Caller): Promise<(change: ChangeSummary) => boolean> {
    if (seesAllProjects(actor)) return () => true;
    const visible = (await listProjects(db)).filter((project) => canView(actor, project));
    const ids = new Set(visible.map(({ id }) => id));
    return ({ projectId }) => projectId === undefined || ids.has(projectId);
  }
}

/** Whether a policy allows any access of a change; no policy means all. @throws InvalidRequest for a bad policy */
function byPolicy(body: unknown): (change: ChangeSummary) => boolean {
  const policy: readonly Statement[] = readPolicy(new Fields({ body: body ?? [] }, ''), 'body');
  return ({ accesses }) => policy.length === 0 || accesses.some((access) => allows(policy, access));
}

/** The same query, for what happened before an entry. */
function withBefore(url: string, { date, _id }: AuditEntrySummary): string {
  const [path = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('before', String(date));
  parameters.set('beforeId', _id);
  return `${path}?${parameters.toString()}`;
}
