import { type Actor, type Caller, isCaller, SYSTEM } from '../domain/access/actor.ts';
import { authorize, can } from '../domain/access/can.ts';
import { type Access, specifier } from '../domain/access/resource.ts';
import { type Environment, requiresApproval } from '../domain/environment.ts';
import { MethodNotAllowed } from '../domain/errors.ts';
import { applySteps, type Step } from '../domain/flag/apply-instructions.ts';
import { type FlagDifference, flagDifferences } from '../domain/flag/differences.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { mentionsOf } from '../domain/flag/mentions.ts';
import { hasMovedPositions, settleVersions } from '../domain/flag/settle-versions.ts';
import { changesValues } from '../domain/flag/variation-list.ts';
import type { Project } from '../domain/project.ts';
import { getFlagForUpdate, saveFlag } from '../store/flags.ts';
import { deliverDependent, prerequisiteRemovals, removedVariationIds, requireFreeOfDependents } from './dependents.ts';
import { deliverFlag } from './deliver-flag.ts';
import { requireReleasedVariationKept } from './release-guards.ts';
import { noteChanges } from './releases/release-changes.ts';
import { settleRollouts } from './rollouts/settle-rollouts.ts';
import { scheduleExpirations } from './schedule-expirations.ts';
import { loadSurroundings } from './surroundings.ts';
import type { Write } from './write.ts';

/** A change, by somebody, of a flag that the transaction holds; and the project with it, if others are concerned. */
export interface FlagChange {
  readonly project: Project;
  readonly environments: readonly Environment[];
  readonly flag: Flag;
  readonly steps: readonly Step[];
  readonly by: Actor;
  readonly comment?: string | undefined;
  /** Go through all checks, but store nothing. */
  readonly isDryRun?: boolean | undefined;
  /** Others have agreed to it, so that it needs neither rights nor approval any more. */
  readonly isApproved?: boolean | undefined;
  /** The release on whose behalf others have agreed. */
  readonly releaseId?: string | undefined;
  /** What the change needs and is called as a whole, in place of what its differences need and are called. */
  readonly asWhole?: { readonly accesses: readonly Access[]; readonly titleVerb: string } | undefined;
}

/**
 * The one path on which flags change: instructions → new state → the rights its difference needs → versions → saved,
 * delivered, recorded. A change that changes nothing needs no rights and leaves no trace.
 * @returns the flag as it is now, or would be
 * @throws InvalidRequest, Forbidden, MethodNotAllowed where only approved changes are possible, Conflict when other
 * flags need what would go, StaleVersion
 */
export async function changeFlag(write: Write, change: FlagChange): Promise<Flag> {
  const { project, flag: before, steps, by } = change;
  const surroundings = await loadSurroundings(write.tx, before, mentionsOf(before, steps));
  const after = settleVersions(before, applySteps(before, steps, { ...write, surroundings }), write.now);
  const differences = flagDifferences(before, after);
  if (differences.length === 0) return before;
  const { accesses, bypassed } = requireAllowed(change, after, differences);
  const dependents = await requireFreeOfDependents(write.tx, before, after);
  await requireReleasedVariationKept(write.tx, before, after);
  if (change.isDryRun) return after;
  await saveFlag(write.tx, before, after);
  deliverFlag(write, before, after, surroundings.flags);
  scheduleExpirations(write, before, after);
  const settled = { before, after, by, releaseId: change.releaseId };
  await settleRollouts(write, settled);
  await noteChanges(write, settled);
  write.record(
    {
      kind: 'flag',
      name: after.name,
      projectId: project.id,
      accesses: [...accesses, ...bypassed],
      titleVerb: change.asWhole?.titleVerb ?? titleVerb(differences),
      description: [
        ...differences.map(({ words }) => words),
        ...(bypassed.length > 0 ? ['Bypassed the required approval'] : []),
      ],
      comment: change.comment,
      before,
      after,
    },
    by,
  );
  await followUp(write, change, after, dependents);
  return after;
}

/**
 * Brings flags that depend on the changed one in step: archived ones lose prerequisites on variations that are gone,
 * and SDKs get those anew whose prerequisites have other positions now.
 */
async function followUp(write: Write, change: FlagChange, after: Flag, dependents: readonly Flag[]): Promise<void> {
  const { flag: before, project, environments } = change;
  const removed = removedVariationIds(before, after);
  for (const { key } of dependents) {
    const dependent = await getFlagForUpdate(write.tx, before.projectId, key);
    const steps = prerequisiteRemovals(dependent, before.key, removed);
    if (steps.length > 0) await dropPrerequisite(write, { project, environments, flag: dependent, steps });
    else if (hasMovedPositions(before, after)) await deliverDependent(write, dependent, before.key);
  }
}

/** Takes a prerequisite that is about to go out of an archived flag. */
export async function dropPrerequisite(write: Write, change: Omit<FlagChange, 'by' | 'comment'>): Promise<void> {
  await changeFlag(write, { ...change, by: SYSTEM, comment: 'A prerequisite of this archived flag is gone' });
}

/** An action in all environments of a flag, as changes of the flag itself need it. */
export function everywhere(
  project: Project,
  environments: readonly Environment[],
  flag: Flag,
  action: string,
): readonly Access[] {
  return environments
    .filter(({ key }) => Object.hasOwn(flag.environments, key))
    .map((environment) => ({ action, ...specifier.flag(project, environment, flag) }));
}

/** An action on a flag in one environment. */
export function accessIn(
  project: Project,
  environments: readonly Environment[],
  flag: Flag,
  environmentKey: string,
  action: string,
): readonly Access[] {
  return everywhere(
    project,
    environments.filter(({ key }) => key === environmentKey),
    flag,
    action,
  );
}

type Judged = Pick<FlagChange, 'project' | 'environments' | 'flag' | 'by' | 'asWhole' | 'isApproved'>;

/**
 * Asks for the rights and the approval that the differences of a flag need.
 * @returns the rights, and those by which the actor passes by approvals
 * @throws Forbidden, MethodNotAllowed where only approved changes are possible
 */
export function requireAllowed(
  change: Judged,
  after: Flag,
  differences: readonly FlagDifference[],
): { readonly accesses: readonly Access[]; readonly bypassed: readonly Access[] } {
  const accesses = change.asWhole?.accesses ?? accessesOf(change, differences);
  return { accesses, bypassed: change.isApproved ? [] : judge(change, after, differences, accesses) };
}

function accessesOf(change: Judged, differences: readonly FlagDifference[]): readonly Access[] {
  const { project, environments, flag } = change;
  const accesses = differences.flatMap(({ action, environmentKey }) =>
    environmentKey === undefined
      ? everywhere(project, environments, flag, action)
      : accessIn(project, environments, flag, environmentKey, action),
  );
  return [...new Map(accesses.map((access) => [`${access.action} ${access.resource}`, access])).values()];
}

/**
 * Asks for the rights that a change needs, and for its approval: changes inside an environment that asks for approvals
 * are not made directly, and neither are changes of values, which act in all environments (docs/wire/flags.md,
 * "Approvals"). Releases, timers, triggers and planned changes act on authority given before.
 * @returns the rights by which the actor passes by approvals
 */
function judge(
  change: Judged,
  after: Flag,
  differences: readonly FlagDifference[],
  accesses: readonly Access[],
): readonly Access[] {
  const { by, flag, project } = change;
  authorize(by, accesses);
  if (!isCaller(by) || isPlanned(by)) return [];
  const guarded = change.environments.filter((environment) =>
    requiresApproval(environment.approvalSettings, flag.tags),
  );
  const changesAllValues = changesValues(flag.variations, after.variations);
  const isBlockedIn = ({ action, environmentKey }: FlagDifference, key: string) =>
    environmentKey === undefined ? changesAllValues && action === 'updateFlagVariations' : environmentKey === key;
  return guarded.flatMap((environment) => {
    const blocked = differences.find((difference) => isBlockedIn(difference, environment.key));
    if (!blocked) return [];
    const bypass = { action: 'bypassRequiredApproval', ...specifier.flag(project, environment, flag) };
    if (can(by, bypass)) return [bypass];
    throw new MethodNotAllowed(`Flag configuration updates require approval: action '${blocked.action}' not allowed`);
  });
}

/** A change that somebody has planned was let through, or approved, when it was planned. */
function isPlanned(by: Caller): boolean {
  return by.kind === 'member' && by.through.kind === 'schedule';
}

function titleVerb(differences: readonly FlagDifference[]): string {
  const [first, ...others] = differences;
  return first && others.every(({ titleVerb }) => titleVerb === first.titleVerb) ? first.titleVerb : 'updated the flag';
}
