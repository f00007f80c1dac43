import { type Actor, isCaller } from '../../domain/access/actor.ts';
import { accessesTo, authorize, can } from '../../domain/access/can.ts';
import { type Access, specifier } from '../../domain/access/resource.ts';
import { type Environment, requiresApproval } from '../../domain/environment.ts';
import { Forbidden } from '../../domain/errors.ts';
import type { Difference } from '../../domain/flag/instruction.ts';
import { jsonEquals } from '../../domain/json.ts';
import type { Project } from '../../domain/project.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import { isAboutTargeting, segmentDifferences } from '../../domain/segment/segment-differences.ts';
import { settleSegment } from '../../domain/segment/settle-segment.ts';
import { loadSegmentGraph, saveSegment } from '../../store/segments.ts';
import type { Write } from '../write.ts';
import { deliverSegment } from './deliver-segment.ts';

/** A change, by somebody, of a segment that the transaction holds. */
export interface SegmentChange {
  readonly project: Project;
  readonly environment: Environment;
  readonly before: Segment;
  readonly after: Segment;
  readonly by: Actor;
  readonly comment?: string | undefined;
  /** Others have agreed to it, so that it needs neither rights nor approval any more. */
  readonly isApproved?: boolean | undefined;
  /** Go through all checks, but store nothing. */
  readonly isDryRun?: boolean | undefined;
  /** What changes beside the segment itself: the keys of a big one. */
  readonly alongside?: readonly Difference[] | undefined;
}

/**
 * The one path on which segments change: new state → checked as a whole → the rights that its difference needs → saved,
 * delivered, recorded. A change that changes nothing needs no rights and leaves no trace.
 * @returns the segment as it is now, or would be
 * @throws InvalidRequest, Forbidden also where only approved changes are possible, StaleVersion
 */
export async function changeSegment(write: Write, change: SegmentChange): Promise<Segment> {
  const { project, environment, before, by, alongside = [] } = change;
  const settled = settleSegment(change.after, await loadSegmentGraph(write.tx, environment.id));
  const differences = [...segmentDifferences(before, settled), ...alongside];
  const [first] = differences;
  if (!first) return before;
  const accesses = requireSegmentAllowed(change, differences);
  const isBypassed = accesses.some(({ action }) => action === BYPASS);
  const after = { ...settled, version: before.version + 1, lastModified: write.now };
  if (change.isDryRun) return after;
  await saveSegment(write.tx, after);
  deliverSegment(write, after);
  if (!jsonEquals(before.expiringTargets, after.expiringTargets)) scheduleSegmentExpiration(write, after);
  write.record(
    {
      kind: 'segment',
      name: after.name,
      projectId: project.id,
      accesses,
      titleVerb: differences.every(({ titleVerb }) => titleVerb === first.titleVerb)
        ? first.titleVerb
        : 'updated the segment',
      description: [
        ...differences.map(({ words }) => words),
        ...(isBypassed ? ['Bypassed the required approval'] : []),
      ],
      comment: change.comment,
      before,
      after,
    },
    by,
  );
  return after;
}

const BYPASS = 'bypassRequiredSegmentApproval';

type Judged = Pick<SegmentChange, 'project' | 'environment' | 'before' | 'by' | 'isApproved'>;

/**
 * Asks for the rights and the approval that the differences of a segment need.
 * @returns the rights, and the one by which the actor passes by approvals
 * @throws Forbidden
 */
export function requireSegmentAllowed(change: Judged, differences: readonly Difference[]): readonly Access[] {
  const resource = specifier.segment(change.project, change.environment, change.before);
  const actions = differences.map(({ action }) => action);
  const accesses = accessesTo(resource, actions);
  return [...accesses, ...(change.isApproved ? [] : judge(change, differences, accesses))];
}

/**
 * Asks for the rights that a change needs. Where approvals are asked for, who belongs to a segment changes by them only
 * (docs/wire/segments.md, "Approvals").
 * @returns the right by which the actor passes by approvals
 */
function judge(
  { project, environment, before, by }: Judged,
  differences: readonly Difference[],
  accesses: readonly Access[],
): readonly Access[] {
  authorize(by, accesses);
  const isGuarded = requiresApproval(environment.resourceApprovalSettings.segment, before.tags);
  if (!isCaller(by) || !isGuarded || !differences.some(isAboutTargeting)) return [];
  const bypass = { action: BYPASS, ...specifier.segment(project, environment, before) };
  if (can(by, bypass)) return [bypass];
  throw new Forbidden('approval is required');
}

/** Sets the alarm for the target that ends first. */
export function scheduleSegmentExpiration(write: Write, { id, expiringTargets }: Segment): void {
  if (expiringTargets.length === 0) return;
  const dueAtMs = Math.min(...expiringTargets.map(({ expirationDate }) => expirationDate));
  write.schedule({ kind: 'expire-segment-targets', subject: id, dueAtMs });
}
