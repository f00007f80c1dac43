import type { Actor } from '../../domain/access/actor.ts';
import { type Access, specifier } from '../../domain/access/resource.ts';
import type { ApprovalRequest } from '../../domain/approval.ts';
import {
  type ApprovalSettings,
  DEFAULT_RESOURCE_APPROVAL_SETTINGS,
  type Environment,
} from '../../domain/environment.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import type { Step } from '../../domain/flag/apply-instructions.ts';
import { flagDifferences } from '../../domain/flag/differences.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import { Fields } from '../../domain/fields.ts';
import { show } from '../../domain/json.ts';
import type { Project } from '../../domain/project.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import { segmentDifferences } from '../../domain/segment/segment-differences.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { findFlagForUpdate } from '../../store/flags.ts';
import { findProjectById } from '../../store/projects.ts';
import { findSegmentForUpdate } from '../../store/segments.ts';
import { changeFlag, everywhere } from '../change-flag.ts';
import type { FlagScene } from '../flag-scene.ts';
import { changePlanned, plannedEffect } from '../scheduled-changes.ts';
import { patchSegment } from '../segments/update-segment.ts';
import { simulate } from '../simulate.ts';
import type { Write } from '../write.ts';

/** What an approval request is about, with all that it takes to change it; held by the transaction. */
export interface ApprovalTarget {
  readonly project: Project;
  readonly environments: readonly Environment[];
  /** The environment that the request is about; absent when it is about a flag's variations. */
  readonly environment: Environment | undefined;
  readonly thing:
    | { readonly kind: 'flag'; readonly flag: Flag }
    | { readonly kind: 'segment'; readonly segment: Segment };
}

type Place = Pick<ApprovalRequest, 'projectId' | 'environmentId' | 'resourceKind' | 'resourceId'>;

/** Loads and holds what a request is about; undefined when it is gone. */
export async function findTarget({ tx }: Write, place: Place): Promise<ApprovalTarget | undefined> {
  const project = await findProjectById(tx, place.projectId);
  if (!project) return undefined;
  const environments = await listAllEnvironments(tx, [project.id]);
  const environment = environments.find(({ id }) => id === place.environmentId);
  if (place.resourceKind === 'flag') {
    const flag = await findFlagForUpdate(tx, place.resourceId);
    return flag && { project, environments, environment, thing: { kind: 'flag', flag } };
  }
  const segment = await findSegmentForUpdate(tx, place.resourceId);
  return segment && { project, environments, environment, thing: { kind: 'segment', segment } };
}

/** @throws NotFound */
export async function getTarget(write: Write, place: Place): Promise<ApprovalTarget> {
  const target = await findTarget(write, place);
  if (!target) throw new NotFound(place.resourceKind, place.resourceId);
  return target;
}

/** What the settings of the environment say of approvals of this kind; the strictest for what is in all environments. */
export function settingsFor({ environments, environment, thing }: Omit<ApprovalTarget, 'project'>): ApprovalSettings {
  const of = ({ approvalSettings, resourceApprovalSettings }: Environment) =>
    thing.kind === 'flag' ? approvalSettings : resourceApprovalSettings.segment;
  const all = (environment ? [environment] : environments).map(of);
  const strictest = all.toSorted((left, right) => right.minNumApprovals - left.minNumApprovals)[0];
  return {
    ...(strictest ?? DEFAULT_RESOURCE_APPROVAL_SETTINGS.segment),
    canReviewOwnRequest: all.every((settings) => settings.canReviewOwnRequest),
    canApplyDeclinedChanges: all.every((settings) => settings.canApplyDeclinedChanges),
  };
}

/** What it takes to be allowed an action on what a request is about. */
export function accessesOn(target: ApprovalTarget, action: string): readonly Access[] {
  const { project, environments, environment, thing } = target;
  if (thing.kind === 'flag') {
    return everywhere(project, environment ? [environment] : environments, thing.flag, action);
  }
  return environment ? [{ action, ...specifier.segment(project, environment, thing.segment) }] : [];
}

/** The version of the state that instructions are written for. */
export function baseVersionOf({ environment, thing }: ApprovalTarget): number {
  if (thing.kind === 'segment') return thing.segment.version;
  return (environment && thing.flag.environments[environment.key]?.version) ?? thing.flag.version;
}

/** Kinds of instructions that a request without an environment may have. */
const WITHOUT_ENVIRONMENT = ['addVariation', 'removeVariation', 'updateVariation', 'updateDefaultVariation'];

/** The instructions of a request as steps. @throws InvalidRequest */
export function stepsOf(
  { environment }: { readonly environment: Pick<Environment, 'key'> | undefined },
  { instructions, source }: Pick<ApprovalRequest, 'instructions' | 'source'>,
): readonly Step[] {
  if (instructions.length === 0) throw new InvalidRequest('instructions: expected at least one instruction, got none');
  return instructions.map((instruction, index) => {
    const kind = new Fields(instruction, `instructions[${index}].`).string('kind');
    if (!environment && !WITHOUT_ENVIRONMENT.includes(kind)) {
      throw new InvalidRequest(
        `instructions[${index}].kind: without an environment expected one of ${WITHOUT_ENVIRONMENT.join(', ')}, got ${show(kind)}`,
      );
    }
    const step = { instruction, environmentKey: environment?.key, at: `instructions[${index}]` };
    return source ? { ...step, isDerived: true } : step;
  });
}

/**
 * What the instructions would do to what they are about, in words, without changing it.
 * @throws InvalidRequest when they cannot be read or applied
 */
export async function effectOf(
  write: Write,
  target: ApprovalTarget,
  request: Pick<ApprovalRequest, 'instructions' | 'source' | 'operatingOnId'>,
): Promise<readonly string[]> {
  const { thing, project, environment } = target;
  const { operatingOnId: id, instructions } = request;
  if (id !== undefined) return plannedEffect(write, sceneOf(target), { id, instructions });
  const steps = stepsOf(target, request);
  if (thing.kind === 'flag') {
    const { flag } = thing;
    const after = await simulate(write, flag, steps);
    if (after instanceof InvalidRequest) throw after;
    return withoutIds(flagDifferences(flag, after).map(({ words }) => words));
  }
  if (!environment) throw new InvalidRequest('environmentKey: expected the environment of the segment, got nothing');
  const { segment } = thing;
  const patch = { format: 'semantic' as const, instructions: request.instructions };
  const after = await patchSegment(write, {
    project,
    environment,
    segment,
    patch,
    by: { kind: 'system' },
    isDryRun: true,
  });
  return withoutIds(segmentDifferences(segment, after).map(({ words }) => words));
}

/** Scheduled changes are of a flag in an environment. @throws InvalidRequest for requests about anything else */
function sceneOf({ project, environments, environment, thing }: ApprovalTarget): FlagScene {
  if (thing.kind === 'flag' && environment) return { project, environments, environment, flag: thing.flag };
  throw new InvalidRequest(
    'operatingOnId: expected nothing, since only flags in an environment have scheduled changes',
  );
}

/** Ids of new rules are others each time; nobody approves of them. */
function withoutIds(words: readonly string[]): readonly string[] {
  return words.map((one) => one.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '…'));
}

/** Carries the instructions out, as an approved change by somebody. @throws InvalidRequest */
export async function carryOut(
  write: Write,
  target: ApprovalTarget,
  request: Pick<ApprovalRequest, 'instructions' | 'source' | 'operatingOnId' | 'comment' | 'description' | 'release'>,
  by: Actor,
): Promise<void> {
  const { thing, project, environments, environment } = target;
  const comment = request.comment ?? request.description;
  const { operatingOnId: id, instructions } = request;
  if (id !== undefined) await changePlanned(write, sceneOf(target), { id, instructions, comment });
  else if (thing.kind === 'flag') {
    const steps = stepsOf(target, request);
    await changeFlag(write, {
      project,
      environments,
      flag: thing.flag,
      steps,
      by,
      comment,
      isApproved: true,
      releaseId: request.release?.id,
    });
  } else if (environment) {
    const patch = { format: 'semantic' as const, instructions: request.instructions };
    await patchSegment(write, { project, environment, segment: thing.segment, patch, by, comment, isApproved: true });
  }
}
