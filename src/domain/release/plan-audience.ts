import { InvalidRequest } from '../errors.ts';
import { findRunningRollout } from '../flag/automated.ts';
import { type Flag, type FlagConfig, getConfig, type Rule, type Serve } from '../flag/flag.ts';
import type { Instruction } from '../flag/instruction.ts';
import { show } from '../json.ts';
import type { RolloutStage } from '../rollout/plan.ts';
import { toAllocation } from './guardian-configuration.ts';
import type { GuardianConfiguration } from './pipeline.ts';
import type { Release, ReleaseAudience, ReleasePhase } from './release.ts';

/** What an audience is to be released to with. */
export interface AudiencePlan {
  readonly flag: Flag;
  readonly environmentKey: string;
  readonly release: Pick<Release, 'variationId' | 'pipelineName'>;
  readonly phase: Pick<ReleasePhase, 'name'>;
  readonly audience: ReleaseAudience;
  /** Metrics that are attached to the flag. */
  readonly metricKeys: readonly string[];
}

/**
 * The instructions that release a variation to an audience (docs/wire/releases.md, "What starting a phase does"). Targets,
 * other rules and the off variation stay as the team has set them. When a flag that was off is turned on for segments, the
 * default rule serves the off variation, so that nobody else sees anything new.
 * @throws InvalidRequest where it is not possible: another rollout goes on, or percentages would have to be watched
 */
export function planAudience(plan: AudiencePlan): readonly Instruction[] {
  const { flag, environmentKey, audience } = plan;
  const config = getConfig(flag, environmentKey);
  const { segmentKeys } = audience;
  const isForSegments = segmentKeys !== undefined && segmentKeys.length > 0;
  const rule = isForSegments ? config.rules.find((one) => isForSegmentsOnly(one, segmentKeys)) : undefined;
  const opening = isForSegments && !config.on ? closeDefaultRule(flag, config, plan.release.variationId) : [];
  const place = isForSegments ? segmentPlace(plan, segmentKeys, rule) : {};
  const served = isForSegments ? rule?.serve : config.fallthrough;
  const serving = inStages(plan)
    ? stagedInstructions(plan, config, place, config.on ? served : undefined)
    : immediateInstructions(plan, config, place, isForSegments);
  return [...opening, ...serving, { kind: 'turnFlagOn' }];
}

/** Whether the audience is released to in stages, and so by a rollout. */
function inStages({ audience: { configuration } }: Pick<AudiencePlan, 'audience'>): boolean {
  const { releaseStrategy } = configuration;
  return releaseStrategy === 'monitored-release' || releaseStrategy === 'progressive-release';
}

/** The rule that an audience of segments has, or would get. */
function segmentPlace(
  { release, phase }: AudiencePlan,
  segmentKeys: readonly string[],
  rule: Rule | undefined,
): Readonly<Record<string, Instruction[string]>> {
  if (rule) return { ruleId: rule.id };
  return {
    clauses: [
      { contextKind: 'user', attribute: 'segmentMatch', op: 'segmentMatch', values: [...segmentKeys], negate: false },
    ],
    description: `Release: ${release.pipelineName} – ${phase.name}`,
  };
}

function immediateInstructions(
  { release: { variationId } }: AudiencePlan,
  config: FlagConfig,
  place: ReturnType<typeof segmentPlace>,
  isForSegments: boolean,
): readonly Instruction[] {
  if (!isForSegments) {
    const running = findRunningRollout(config);
    if (running && running.ruleId === undefined) throw ongoing(running.automated.plan.kind);
    return [{ kind: 'updateFallthroughVariationOrRollout', variationId }];
  }
  return 'ruleId' in place
    ? [{ kind: 'updateRuleVariationOrRollout', ...place, variationId }]
    : [{ kind: 'addRule', ...place, variationId }];
}

/**
 * @param served what the audience was served before; undefined when that was the off variation, as the flag was off, or
 * the rule is new
 */
function stagedInstructions(
  plan: AudiencePlan,
  config: FlagConfig,
  place: ReturnType<typeof segmentPlace>,
  served: Serve | undefined,
): readonly Instruction[] {
  const { flag, release, audience, metricKeys } = plan;
  const own = ownRollout(plan, config);
  const running = findRunningRollout(config);
  if (running && !own) throw ongoing(running.automated.plan.kind);
  const originalVariationId = originalOf(flag, config, served, release.variationId);
  if (originalVariationId === release.variationId) {
    return immediateInstructions(plan, config, place, 'ruleId' in place || 'clauses' in place);
  }
  const { releaseStrategy, releaseGuardianConfiguration: guardian } = audience.configuration;
  if (!guardian) throw new InvalidRequest(`audience ${show(audience.name)}: expected a releaseGuardianConfiguration`);
  const isGuarded = releaseStrategy === 'monitored-release';
  return [
    ...stopOwn(plan, config),
    {
      kind: 'startAutomatedRelease',
      releaseKind: isGuarded ? 'guarded' : 'progressive',
      originalVariationId,
      targetVariationId: release.variationId,
      randomizationUnit: guardian.randomizationUnit,
      stages: stagesOf(guardian).map((stage) => ({ ...stage })),
      ...(guardian.minSampleSize !== undefined && { minSampleSize: guardian.minSampleSize }),
      ...(guardian.whenUndecided && { whenUndecided: guardian.whenUndecided }),
      ...(isGuarded && metricParameters(guardian, metricKeys)),
      ...place,
    },
  ];
}

function metricParameters(guardian: GuardianConfiguration, attachedKeys: readonly string[]) {
  const acting = [...new Set([...attachedKeys, ...(guardian.metricKeys ?? [])])];
  const observed = (guardian.observedMetricKeys ?? []).filter((key) => !acting.includes(key));
  return {
    metrics: [...acting.map((key) => ({ key })), ...observed.map((key) => ({ key, isObserved: true }))],
    autoRollback: guardian.rollbackOnRegression,
  };
}

/** The stages as they are set, or the one that the official settings make. */
export function stagesOf(guardian: GuardianConfiguration): readonly RolloutStage[] {
  if (guardian.stages && guardian.stages.length > 0) return guardian.stages;
  const { rolloutWeight, monitoringWindowMilliseconds: durationMillis } = guardian;
  return [{ allocation: toAllocation(rolloutWeight), durationMillis }];
}

/** The rollout of an earlier attempt at this audience, which a new one takes the place of. */
function ownRollout({ audience }: AudiencePlan, config: FlagConfig) {
  const running = findRunningRollout(config)?.automated;
  return running?.plan.id === audience.rolloutId ? running : undefined;
}

function stopOwn(plan: AudiencePlan, config: FlagConfig): readonly Instruction[] {
  const own = ownRollout(plan, config);
  const ruleId = findRunningRollout(config)?.ruleId;
  if (!own) return [];
  const finalVariationId = own.plan.originalVariationId;
  return [{ kind: 'stopAutomatedRelease', finalVariationId, ...(ruleId !== undefined && { ruleId }) }];
}

function originalOf(flag: Flag, config: FlagConfig, served: Serve | undefined, releasedId: string): string {
  if (served === undefined) return config.offVariationId ?? otherVariation(flag, releasedId);
  if ('variationId' in served) return served.variationId;
  if (served.rollout.automated) return served.rollout.automated.plan.originalVariationId;
  throw new InvalidRequest(
    `flag ${flag.key}: expected a rule that serves one variation, since shares cannot be watched`,
  );
}

/** Nobody but the segments is to see anything new. */
function closeDefaultRule(flag: Flag, config: FlagConfig, releasedId: string): readonly Instruction[] {
  const variationId = config.offVariationId ?? otherVariation(flag, releasedId);
  return [{ kind: 'updateFallthroughVariationOrRollout', variationId }];
}

function otherVariation(flag: Flag, variationId: string): string {
  return flag.variations.find(({ id }) => id !== variationId)?.id ?? variationId;
}

/** Whether a rule in use is for contexts in any of exactly these segments, whatever it serves. */
export function isForSegmentsOnly({ clauses, isDisabled }: Rule, segmentKeys: readonly string[]): boolean {
  const [clause, ...others] = clauses;
  if (isDisabled || !clause || others.length > 0 || clause.op !== 'segmentMatch' || clause.negate) return false;
  return new Set<unknown>(clause.values).symmetricDifference(new Set(segmentKeys)).size === 0;
}

const ongoing = (kind: string) => new InvalidRequest(`Flag must not have ongoing ${kind} rollout`);
