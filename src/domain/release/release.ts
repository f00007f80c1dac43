import { InvalidRequest } from '../errors.ts';
import { type Flag, flagKind } from '../flag/flag.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import type { AudienceConfiguration, Gate, Pipeline } from './pipeline.ts';

export type PhaseStatus = 'not-started' | 'ready-to-start' | 'active' | 'paused' | 'completed';
export type AudienceStatus =
  | 'not-started'
  | 'ready-to-start'
  | 'waiting-for-approval'
  | 'approval-declined'
  | 'active'
  | 'regressed'
  | 'rolled-back'
  | 'paused'
  | 'failed'
  | 'completed'
  | 'skipped';

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
  readonly completedAt?: number | undefined;
  /** Rules of the flag that were added or changed for it. */
  readonly ruleIds?: readonly string[] | undefined;
  /** The latest approval that was asked for it. */
  readonly approvalId?: string | undefined;
  /** The latest automated rollout that was begun for it. */
  readonly rolloutId?: string | undefined;
  /** Why it failed. */
  readonly failure?: string | undefined;
}

/** Who started a phase: a member, or a service token, which has none. */
export interface Starter {
  readonly kind: 'member' | 'token';
  readonly id: string;
}

/** The gates at the beginning and the end of a phase; the others belong to its rollouts. */
export type PhaseGate = 'confirm-rollout' | 'confirm-promotion';

export interface ReleasePhase {
  /** The id of the pipeline's phase. */
  readonly id: string;
  readonly name: string;
  readonly status: PhaseStatus;
  readonly bakeTimeMs?: number | undefined;
  readonly startsAutomatically?: true | undefined;
  readonly gates?: readonly Gate[] | undefined;
  readonly audiences: readonly ReleaseAudience[];
  /** What the phase waits for outside, and since when: that others agree to its beginning, or to its end. */
  readonly gate?: { readonly kind: PhaseGate; readonly since: number } | undefined;
  readonly startedAt?: number | undefined;
  readonly startedBy?: Starter | undefined;
  readonly completedAt?: number | undefined;
  /** Of legacy releases: who ticked it off. */
  readonly completedBy?: Starter | undefined;
}

/** One flag's journey through one pipeline: a snapshot of its phases, and how far the flag has come. */
export interface Release {
  readonly id: string;
  readonly projectId: string;
  readonly flagId: string;
  readonly pipelineKey: string;
  readonly pipelineName: string;
  readonly pipelineDescription: string;
  /** What the release rolls out in every phase; empty for legacy ones, which roll out nothing, unless it was named. */
  readonly variationId: string;
  readonly phases: readonly ReleasePhase[];
  /** Phases are ticked off by hand, and the flag is left alone. */
  readonly isLegacy?: true | undefined;
  /** Set while somebody holds it: nothing begins, grows or completes. */
  readonly pause?: { readonly at: number; readonly by: Starter; readonly reason?: string | undefined } | undefined;
  readonly version: number;
  readonly createdAt: number;
  /** Who put the flag into the pipeline. */
  readonly createdBy?: Starter | undefined;
  readonly canceledAt?: number | undefined;
  /** Set when what it changed was taken back as a whole. */
  readonly rolledBackAt?: number | undefined;
}

export type ReleaseState = 'active' | 'completed' | 'canceled';

export function releaseState(release: Pick<Release, 'phases' | 'canceledAt'>): ReleaseState {
  if (release.canceledAt !== undefined) return 'canceled';
  return release.phases.every((phase) => phase.status === 'completed') ? 'completed' : 'active';
}

/** Whether somebody has started a phase or ticked it off: from then on the variation stays what it is. */
export function isUnderWay(release: Release): boolean {
  return release.phases.some((phase) => (phase.startedAt ?? phase.completedAt) !== undefined);
}

/**
 * Puts a flag at the beginning of a pipeline; the flag itself does not change.
 * @param livingEnvironmentIds environments of the project; audiences of others are skipped
 * @throws InvalidRequest for flags that pipelines do not take, unknown variations, and pipelines without environments
 */
export function createRelease(
  request: {
    flag: Flag;
    pipeline: Pipeline;
    variationId: string | undefined;
    releaseFlagKinds?: ReleaseFlagKinds | undefined;
  },
  livingEnvironmentIds: ReadonlySet<string>,
  context: DecisionContext,
): Release {
  const { flag, pipeline } = request;
  const variationId = requireReleaseVariation(flag, request.variationId, { ...request, isLegacy: pipeline.isLegacy });
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

/** Which flags may enter automated pipelines: boolean ones unless the project takes any. */
export type ReleaseFlagKinds = 'boolean' | 'any';

/** What decides which flags a pipeline takes. */
interface EntryRules {
  readonly isLegacy?: true | undefined;
  readonly releaseFlagKinds?: ReleaseFlagKinds | undefined;
}

/**
 * The variation that a release of the flag rolls out: the one asked for, else the one of a boolean flag whose value is
 * `true`. Legacy pipelines take every flag in use and need none.
 * @throws InvalidRequest when the flag cannot be released through the pipeline or has no such variation
 */
export function requireReleaseVariation(flag: Flag, variationId: string | undefined, rules: EntryRules = {}): string {
  if (!rules.isLegacy) requireReleasable(flag, rules.releaseFlagKinds ?? 'boolean');
  if (flag.archivedAt !== undefined) {
    throw new InvalidRequest(`flag ${show(flag.key)}: expected a flag in use, but it is archived`);
  }
  const isBoolean = flagKind(flag.variations) === 'boolean';
  if (variationId === undefined && rules.isLegacy && !isBoolean) return '';
  const variation = flag.variations.find(({ id, value }) =>
    variationId === undefined ? isBoolean && value === true : id === variationId,
  );
  if (!variation) {
    throw new InvalidRequest(
      `releaseVariationId: ${show(variationId)} is not a variation of ${flag.key}; expected one of ${flag.variations.map(({ id }) => id).join(', ')}`,
    );
  }
  return variation.id;
}

function requireReleasable(flag: Flag, kinds: ReleaseFlagKinds): void {
  if (kinds === 'boolean' && flagKind(flag.variations) !== 'boolean') {
    throw new InvalidRequest(
      `flag ${show(flag.key)}: expected a boolean flag, since release pipelines of this project take no others`,
    );
  }
  if (flag.migrationSettings) {
    throw new InvalidRequest(`flag ${show(flag.key)}: expected no migration flag, since release pipelines take none`);
  }
}
