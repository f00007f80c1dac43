import { Type } from 'typebox';
import { parseContext } from '../../domain/evaluation/context.ts';
import { evaluate } from '../../domain/evaluation/evaluate.ts';
import type { Reason } from '../../domain/evaluation/evaluation.ts';
import { membershipOf } from '../../domain/evaluation/segment-match.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { loadEvaluationSource } from '../../store/evaluation-source.ts';
import { listMatchingFlags } from '../../store/flag-list.ts';
import { getProject } from '../../store/projects.ts';
import { listSegments } from '../../store/segments.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import {
  ContextBody,
  EvaluationCollection,
  type EvaluationRep,
  SegmentMembershipList,
} from '../../wire/rest/evaluation.ts';
import type { RestApp } from '../app.ts';
import { contains, parseSorts } from '../filter.ts';
import { type FilterFields, parseFilterExpression, textOf, textsOf } from '../filter-expression.ts';
import { apiLink, pageLink } from '../links.ts';
import { pageLinks } from '../paging.ts';

const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: -1, description: 'How many flags; all when absent or -1' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, description: 'How many to skip' })),
  sort: Type.Optional(Type.String({ description: 'Comma list of fields, - before one turns it round' })),
  filter: Type.Optional(Type.String({ description: 'query equals x, tags contains ["a"]' })),
});
const SORT_FIELDS = ['creationDate', 'key', 'name'] as const;
const FILTERS: FilterFields = { query: ['equals'], tags: ['contains'] };

/** What a context would be served by flags, and which segments it is in; nothing of it is counted. */
export function evaluationRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const path = '/projects/:projectKey/environments/:environmentKey';

  app.post(
    `${path}/flags/evaluate`,
    {
      schema: {
        summary: 'Evaluate flags for a context',
        tags: ['Contexts'],
        params: EnvironmentParams,
        querystring: ListQuery,
        body: ContextBody,
        response: { 200: EvaluationCollection },
      },
    },
    async ({ params, query, body, url }) => {
      const { projectKey, environmentKey } = params;
      const context = parseContext(body);
      const isMeant = parseFilterExpression(query.filter, FILTERS);
      const sorts = parseSorts(query.sort, SORT_FIELDS);
      const project = await getProject(db, projectKey);
      const environment = await getEnvironment(db, project.id, environmentKey);
      const live = { states: ['live', 'deprecated'] as const, queries: [] };
      const all = await listMatchingFlags(db, { projectId: project.id, filter: live, sorts, environmentIds: [] });
      const matches = all.filter(({ key, name, tags }) =>
        isMeant((term) =>
          term.field === 'query' ? contains(textOf(term), key, name) : textsOf(term).every((tag) => tags.includes(tag)),
        ),
      );
      const source = await loadEvaluationSource(db, environment.id, context);
      const offset = query.offset ?? 0;
      const limit = query.limit === undefined || query.limit < 1 ? Math.max(matches.length, 1) : query.limit;
      return {
        _links: pageLinks(url, { limit, offset }, matches.length),
        totalCount: matches.length,
        items: matches.slice(offset, offset + limit).flatMap(({ key, name }): EvaluationRep[] => {
          const flag = source.flags.get(key);
          if (!flag) return [];
          const { value, reason } = evaluate(flag, context, source);
          const _links = {
            self: apiLink('flags', projectKey, key),
            site: pageLink(projectKey, environmentKey, 'features', key),
          };
          return [{ name, key, _value: value, reason: toReason(reason), _links }];
        }),
      };
    },
  );

  app.post(
    `${path}/segments/evaluate`,
    {
      schema: {
        summary: 'List how a context stands to the segments of an environment',
        tags: ['Segments'],
        params: EnvironmentParams,
        body: ContextBody,
        response: { 200: SegmentMembershipList },
      },
    },
    async ({ params, body, url }) => {
      const { projectKey, environmentKey } = params;
      const context = parseContext(body);
      const project = await getProject(db, projectKey);
      const environment = await getEnvironment(db, project.id, environmentKey);
      const source = await loadEvaluationSource(db, environment.id, context);
      return {
        _links: { self: { href: url, type: 'application/json' } },
        items: (await listSegments(db, environment.id)).flatMap(({ key, name, description, isUnbounded }) => {
          const segment = source.segments.get(key);
          if (!segment) return [];
          const membership = membershipOf(segment, context, source);
          return [
            {
              name,
              key,
              description,
              unbounded: isUnbounded,
              external: '',
              isMember: membership === 'included' || membership === 'rule',
              isIndividuallyTargeted: membership === 'included',
              isRuleTargeted: membership === 'rule',
              _links: { self: apiLink('segments', projectKey, environmentKey, key) },
            },
          ];
        }),
      };
    },
  );
}

/** As REST writes it: the rule's id has another name than in SDKs. */
function toReason(reason: Reason): EvaluationRep['reason'] {
  if (reason.kind !== 'RULE_MATCH') return reason;
  const { ruleId, ...others } = reason;
  return { ...others, ruleID: ruleId };
}
