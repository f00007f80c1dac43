import { Type } from 'typebox';
import { issueWords } from '../../domain/flag/migration-safety.ts';
import { checkMigration } from '../../operations/check-migration.ts';
import type { Deps } from '../../operations/write.ts';
import { EnvironmentFlagParams } from '../../wire/rest/dependent-flag.ts';
import { SafetyIssueRep } from '../../wire/rest/migration-safety.ts';
import type { RestApp } from '../app.ts';
import { parseSemanticPatch } from '../patch-body.ts';

/** What would be unsafe in a change of a migration flag. */
export function migrationSafetyRoutes(app: RestApp, deps: Deps): void {
  app.post(
    '/projects/:projectKey/flags/:flagKey/environments/:environmentKey/migration-safety-issues',
    {
      schema: {
        summary: 'Get the safety issues of a change of a migration flag',
        tags: ['Feature flags'],
        params: EnvironmentFlagParams,
        body: Type.Unknown({ description: 'A semantic patch of the flag; nothing of it is stored' }),
        response: { 200: Type.Array(SafetyIssueRep), 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { instructions } = parseSemanticPatch(request.body).patch;
      const issues = await checkMigration(deps, { actor: request.actor, ...request.params, instructions });
      if (issues.length === 0) return reply.code(204).send(null);
      return reply.code(200).send(
        issues.map((issue) => ({
          code: issue.code,
          causingRuleId: issue.causingRuleId,
          affectedRuleIds: [...issue.affectedRuleIds],
          issue: issueWords(issue),
          oldSystemAffected: issue.code === 'missing_data_in_old_system',
        })),
      );
    },
  );
}
