import type { Actor } from '../domain/access/actor.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { applySteps, type SemanticPatch, semanticSteps } from '../domain/flag/apply-instructions.ts';
import { getConfig } from '../domain/flag/flag.ts';
import { mentionsOf } from '../domain/flag/mentions.ts';
import { findSafetyIssues, type SafetyIssue } from '../domain/flag/migration-safety.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { loadSurroundings } from './surroundings.ts';
import { type Deps, write } from './write.ts';

export interface CheckMigration {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly environmentKey: string;
  readonly instructions: SemanticPatch['instructions'];
}

/**
 * Tells what would be unsafe in a change of a migration flag, without making it. Rules that the change would add are
 * named by their `ref`, or else by an id that is theirs in this answer only.
 * @throws NotFound, InvalidRequest for a flag that is no migration flag and for instructions that are not possible
 */
export async function checkMigration(deps: Deps, request: CheckMigration): Promise<readonly SafetyIssue[]> {
  const { environmentKey } = request;
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const before = getConfig(flag, environmentKey);
    if (!flag.migrationSettings) {
      throw new InvalidRequest(`flagKey: expected the key of a migration flag, got '${flag.key}', which is none`);
    }
    const steps = semanticSteps({ instructions: request.instructions, environmentKey });
    const surroundings = await loadSurroundings(write.tx, flag, mentionsOf(flag, steps));
    const after = getConfig(applySteps(flag, steps, { ...write, surroundings }), environmentKey);
    const refs = new Map(after.rules.map(({ id, ref }) => [id, ref]));
    const named = (id: string) => (before.rules.some((rule) => rule.id === id) ? id : (refs.get(id) ?? id));
    return findSafetyIssues(flag, before, after).map((issue) => ({
      ...issue,
      causingRuleId: named(issue.causingRuleId),
      affectedRuleIds: issue.affectedRuleIds.map(named),
    }));
  });
}
