import { InvalidRequest } from '../errors.ts';
import { type Flag, flagKind } from '../flag/flag.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import type { AudienceConfiguration, Gate, Pipeline } from './pipeline.ts';

export type PhaseStatus = 'not-started' | 'ready-to-start' | 'active' | 'completed';
export type AudienceStatus = 'not-started' | 'ready-to-start' | 'active' | 'completed' | 'skipped';

/** Everyone in one environment, or those in some segments, on the way to the release variation. */
export interface ReleaseAudience {
  readonly id: string;
  readonly name: string;
  readonly environmentId: string;
  readonly segmentKeys?: readonly string[] | undefined;
  readonly configuration: AudienceConfiguration;
  readonly status: AudienceStatus;
  /** When the flag was changed for this audience. */
  readonly appliedAt?: number | undefined;
}

/** Who started a phase: a member, or a service token, which has none. */
export interface Starter {
  readonly kind: 'member' | 'token';
  readonly id: string;
}

export interface ReleasePhase {
  /** The id of the pipeline's phase. */
  readonly id: string;
  readonly name: string;
  readonly status: PhaseStatus;
  readonly bakeTimeMs?: number | undefined;
  readonly startsAutomatically?: true | undefined;
  readonly gates?: readonly Gate[] | undefined;
  readonly audiences: readonly ReleaseAudience[];
  readonly startedAt?: number | undefined;
  readonly startedBy?: Starter | undefined;
  readonly completedAt?: number | undefined;
}

/** One flag's journey through one pipeline: a snapshot of its phases, and how far the flag has come. */
export interface Release {
  readonly id: string;
  readonly projectId: string;
  readonly flagId: string;
  readonly pipelineKey: string;
  readonly pipelineName: string;
  readonly pipelineDescription: string;
  /** What the release rolls out in every phase. */
  readonly variationId: string;
  readonly phases: readonly ReleasePhase[];
  /** Phases are ticked off by hand, and the flag is left alone. */
  readonly isLegacy?: true | undefined;
  readonly version: number;
  readonly createdAt: number;
  readonly canceledAt?: number | undefined;
}

export type ReleaseState = 'active' | 'completed' | 'canceled';

export function releaseState(release: Pick<Release, 'phases' | 'canceledAt'>): ReleaseState {
  if (release.canceledAt !== undefined) return 'canceled';
  return release.phases.every((phase) => phase.status === 'completed') ? 'completed' : 'active';
}

/** Whether somebody has started a phase: from then on the variation stays what it is. */
export function isUnderWay(release: Release): boolean {
  return release.phases.some((phase) => phase.startedAt !== undefined);
}

/**
 * Puts a flag at the beginning of a pipeline; the flag itself does not change.
 * @param livingEnvironmentIds environments of the project; audiences of others are skipped
 * @throws InvalidRequest for flags that pipelines do not take, unknown variations, and pipelines without environments
 */
export function createRelease(
  request: { flag: Flag; pipeline: Pipeline; variationId: string | undefined },
  livingEnvironmentIds: ReadonlySet<string>,
  context: DecisionContext,
): Release {
  const { flag, pipeline } = request;
  const variationId = requireReleaseVariation(flag, request.variationId);
  const audiences = pipeline.phases.flatMap((phase) => phase.audiences);
  if (!audiences.some((audience) => livingEnvironmentIds.has(audience.environmentId))) {
    throw new InvalidRequest(`releasePipelineKey: no environment of pipeline ${show(pipeline.key)} exists any more`);
  }
  return {
    id: context.ids.objectId(),
    projectId: flag.projectId,
    flagId: flag.id,
    pipelineKey: pipeline.key,
    pipelineName: pipeline.name,
    pipelineDescription: pipeline.description,
    variationId,
    phases: pipeline.phases.map((phase) => ({
      id: phase.id,
      name: phase.name,
      status: 'not-started',
      bakeTimeMs: phase.bakeTimeMs,
      startsAutomatically: phase.startsAutomatically,
      gates: phase.gates,
      audiences: phase.audiences.map((audience) => ({
        ...audience,
        id: context.ids.uuid(),
        status: livingEnvironmentIds.has(audience.environmentId) ? 'not-started' : 'skipped',
      })),
    })),
    ...(pipeline.isLegacy && { isLegacy: true }),
    version: 0,
    createdAt: context.now,
  };
}

/**
 * The variation that a release of the flag rolls out: the one asked for, else the one whose value is `true`.
 * @throws InvalidRequest when the flag cannot be released through a pipeline or has no such variation
 */
export function requireReleaseVariation(flag: Flag, variationId: string | undefined): string {
  if (flagKind(flag.variations) !== 'boolean') {
    throw new InvalidRequest(`flag ${show(flag.key)}: expected a boolean flag, since release pipelines take no others`);
  }
  if (flag.archivedAt !== undefined) {
    throw new InvalidRequest(`flag ${show(flag.key)}: expected a flag in use, but it is archived`);
  }
  const variation = flag.variations.find(({ id, value }) =>
    variationId === undefined ? value === true : id === variationId,
  );
  if (!variation) {
    throw new InvalidRequest(
      `releaseVariationId: ${show(variationId)} is not a variation of ${flag.key}; expected one of ${flag.variations.map(({ id }) => id).join(', ')}`,
    );
  }
  return variation.id;
}
