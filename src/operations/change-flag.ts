import type { Actor } from '../domain/access/actor.ts';
import { type Access, authorize, specifier } from '../domain/access/can.ts';
import { type Environment, requiresApproval } from '../domain/environment.ts';
import { MethodNotAllowed } from '../domain/errors.ts';
import { applyInstructions, type SemanticPatch } from '../domain/flag/apply-instructions.ts';
import { type FlagDifference, flagDifferences } from '../domain/flag/differences.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { toSdkFlag } from '../domain/flag/sdk-flag.ts';
import { settleVersions } from '../domain/flag/settle-versions.ts';
import type { Project } from '../domain/project.ts';
import { saveFlag } from '../store/flags.ts';
import type { Write } from './write.ts';

/** A change of a loaded flag, by somebody. */
export interface FlagChange {
  readonly project: Project;
  readonly environments: readonly Environment[];
  readonly flag: Flag;
  readonly patch: SemanticPatch;
  readonly by: Actor;
  readonly comment?: string | undefined;
  /** Go through all checks, but store nothing. */
  readonly isDryRun?: boolean;
}

/**
 * The one path on which flags change: instructions → new state → the rights its difference needs → versions → saved,
 * delivered, recorded. A change that changes nothing needs no rights and leaves no trace.
 * @returns the flag as it is now, or would be
 * @throws InvalidRequest, Forbidden, MethodNotAllowed where only approved changes are possible, StaleVersion
 */
export async function changeFlag(write: Write, change: FlagChange): Promise<Flag> {
  const { project, flag: before, by } = change;
  const after = settleVersions(before, applyInstructions(before, change.patch, write), write.now);
  const differences = flagDifferences(before, after);
  if (differences.length === 0) return before;
  const accesses = accessesOf(project.key, after, differences);
  authorize(by, accesses);
  if (by.kind === 'token') refuseWhereApprovalIsRequired(change, differences);
  if (change.isDryRun) return after;
  await saveFlag(write.tx, before, after);
  deliverFlag(write, before, after);
  write.record(
    {
      kind: 'flag',
      name: after.name,
      projectId: project.id,
      accesses,
      titleVerb: titleVerb(differences),
      description: differences.map(({ words }) => words),
      comment: change.comment,
      before,
      after,
    },
    by,
  );
  return after;
}

/** Hands the flag to the SDKs of every environment in which its version has risen. */
export function deliverFlag(write: Write, before: Flag | undefined, after: Flag): void {
  for (const [environmentKey, config] of Object.entries(after.environments)) {
    const { environmentId, version } = config;
    if (before?.environments[environmentKey]?.version === version) continue;
    const sdkFlag = toSdkFlag(after, config);
    const document = sdkFlag ? JSON.stringify(sdkFlag) : null;
    write.deliver(environmentId, { kind: 'flag', key: after.key, version, document });
  }
}

/** An action in all environments of a flag, as changes of the flag itself need it. */
export function everywhere(projectKey: string, flag: Flag, action: string): readonly Access[] {
  return Object.keys(flag.environments).map((environmentKey) => ({
    action,
    resource: specifier.flag(projectKey, environmentKey, flag.key),
  }));
}

function accessesOf(projectKey: string, flag: Flag, differences: readonly FlagDifference[]): readonly Access[] {
  const accesses = differences.flatMap(({ action, environmentKey }) =>
    environmentKey === undefined
      ? everywhere(projectKey, flag, action)
      : [{ action, resource: specifier.flag(projectKey, environmentKey, flag.key) }],
  );
  return [...new Map(accesses.map((access) => [`${access.action} ${access.resource}`, access])).values()];
}

function refuseWhereApprovalIsRequired(change: FlagChange, differences: readonly FlagDifference[]): void {
  const guarded = new Set(
    change.environments.filter((environment) => requiresApproval(environment, change.flag.tags)).map(({ key }) => key),
  );
  const blocked = differences.find(({ environmentKey }) => environmentKey !== undefined && guarded.has(environmentKey));
  if (blocked) {
    throw new MethodNotAllowed(`Flag configuration updates require approval: action '${blocked.action}' not allowed`);
  }
}

function titleVerb(differences: readonly FlagDifference[]): string {
  const [first, ...others] = differences;
  return first && others.every(({ titleVerb }) => titleVerb === first.titleVerb) ? first.titleVerb : 'updated the flag';
}
