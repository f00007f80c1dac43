import { SlipwayError } from '../errors.ts';
import { applySteps, semanticSteps } from '../flag/apply-instructions.ts';
import { flagDifferences } from '../flag/differences.ts';
import { findRunningRollout } from '../flag/automated.ts';
import type { Flag } from '../flag/flag.ts';
import type { ChangeContext } from '../flag/instruction.ts';
import type { RunStatus } from '../rollout/run.ts';
import { totalDuration } from '../rollout/plan.ts';
import { advance } from './advance.ts';
import type { Advance, ReleaseEffect, ReleaseEvent } from './events.ts';
import { planAudience } from './plan-audience.ts';
import { type Release, type ReleaseAudience, type ReleasePhase, releaseState, type Starter } from './release.ts';
import { gateKey } from './settle.ts';

/** What the simulated world knows. */
export interface SimulatedWorld {
  readonly flag: Flag;
  /** Keys of the environments by their ids; those that are not here are gone. */
  readonly environmentKeys: ReadonlyMap<string, string>;
  /** Environments in which changes of the flag need approval, by id. */
  readonly guardedEnvironmentIds: ReadonlySet<string>;
  /** Metrics that are attached to the flag. */
  readonly metricKeys: readonly string[];
  readonly context: Pick<ChangeContext, 'ids' | 'surroundings'>;
  readonly by: Starter;
}

/** Something that would happen. */
export interface SimulatedStep {
  /** Unix milliseconds, if everybody does at once what is asked of them. */
  readonly at: number;
  readonly kind:
    | 'start-phase'
    | 'ask-gate'
    | 'ask-approval'
    | 'change-flag'
    | 'stage'
    | 'complete-audience'
    | 'complete-phase'
    | 'complete-release';
  readonly phaseId?: string;
  readonly audienceId?: string;
  readonly environmentKey?: string;
  /** Whether a person has to do something first. */
  readonly needsPerson: boolean;
  /** What would be done, in the words of the audit log. */
  readonly words: readonly string[];
}

type SimulatedPlace = Pick<SimulatedStep, 'phaseId' | 'audienceId' | 'environmentKey'>;

/** Why something would not work. */
export interface SimulatedConflict {
  readonly phaseId: string;
  readonly audienceId?: string;
  readonly message: string;
}

export interface Simulation {
  readonly steps: readonly SimulatedStep[];
  readonly conflicts: readonly SimulatedConflict[];
  /** When everything could be over at the earliest; absent when something would not work. */
  readonly completesAt?: number | undefined;
}

/** More than any pipeline can have: ten phases with what they wait for. */
const MAX_ROUNDS = 10_000;

/**
 * What a release would do, step by step: the state machine itself runs on a clock of its own, in a world in which people
 * answer at once, gates agree and rollouts go well (docs/wire/releases.md, "Simulation"). An audience that cannot be
 * released to is a conflict, and passed over so that what comes after it can be seen.
 */
export function simulateRelease(release: Release, world: SimulatedWorld, startsAt: number): Simulation {
  const run = new SimulatedRun(release, world, startsAt);
  run.take(advance(release, { kind: 'created' }, startsAt));
  for (let round = 0; round < MAX_ROUNDS && releaseState(run.release) === 'active'; round++) run.goOn();
  const isComplete = releaseState(run.release) === 'completed' && run.conflicts.length === 0;
  return { steps: run.steps, conflicts: run.conflicts, ...(isComplete && { completesAt: run.now }) };
}

/** A release on its way through a world of its own. */
class SimulatedRun {
  readonly steps: SimulatedStep[] = [];
  readonly conflicts: SimulatedConflict[] = [];
  readonly #world: SimulatedWorld;
  readonly #rolloutEnds = new Map<string, number>();
  readonly #openGates = new Set<string>();
  #flag: Flag;
  release: Release;
  now: number;

  constructor(release: Release, world: SimulatedWorld, startsAt: number) {
    this.release = release;
    this.#world = world;
    this.#flag = world.flag;
    this.now = startsAt;
  }

  /** Takes what has become of the release, and lets the world do what follows. */
  take(next: Advance): void {
    const before = this.release;
    this.release = next.release;
    this.#tellCompletions(before);
    for (const effect of next.effects) this.#answer(effect);
  }

  /** The next thing that can happen: a look at what is over, time until the next end, or the start of a phase. */
  goOn(): void {
    const before = this.release;
    this.take(advance(this.release, { kind: 'looked', seen: this.#seen() }, this.now));
    if (this.release !== before) return;
    const phase = this.release.phases.find(({ status }) => status !== 'completed');
    if (!phase) return;
    if (phase.status === 'ready-to-start') this.#start(phase);
    else this.#passTime(phase);
  }

  #seen() {
    const rollouts = [...this.#rolloutEnds].map(([id, endsAt]): [string, RunStatus] => [
      id,
      endsAt <= this.now ? 'completed' : 'in_progress',
    ]);
    return { approvals: new Map(), rollouts: new Map(rollouts), openGates: this.#openGates };
  }

  #start(phase: ReleasePhase): void {
    this.#add({
      kind: 'start-phase',
      phaseId: phase.id,
      needsPerson: !phase.startsAutomatically,
      words: [`Start phase "${phase.name}"`],
    });
    this.take(advance(this.release, { kind: 'phaseStarted', phaseId: phase.id, by: this.#world.by }, this.now));
  }

  /** To the end of a rollout, or of the bake time. */
  #passTime(phase: ReleasePhase): void {
    const ends = [
      ...this.#rolloutEnds.values(),
      ...phase.audiences.flatMap(({ completedAt }) =>
        completedAt === undefined ? [] : [completedAt + (phase.bakeTimeMs ?? 0)],
      ),
    ].filter((end) => end > this.now);
    if (ends.length === 0) throw new Error(`the simulation of release ${this.release.id} stands still`);
    this.now = Math.min(...ends);
  }

  #answer(effect: ReleaseEffect): void {
    if (effect.kind === 'askGates') {
      this.#openGates.add(gateKey(effect.phaseId, effect.gate));
      this.#add({
        kind: 'ask-gate',
        phaseId: effect.phaseId,
        needsPerson: false,
        words: [`Ask the gates ${effect.gate}`],
      });
    }
    if (effect.kind !== 'releaseToAudience') return;
    const phase = this.release.phases.find(({ id }) => id === effect.phaseId);
    const audience = phase?.audiences.find(({ id }) => id === effect.audienceId);
    if (phase && audience) this.take(advance(this.release, this.#release(phase, audience), this.now));
  }

  #release(phase: ReleasePhase, audience: ReleaseAudience): ReleaseEvent {
    const environmentKey = this.#world.environmentKeys.get(audience.environmentId);
    if (environmentKey === undefined) return { kind: 'environmentDeleted', environmentId: audience.environmentId };
    const place: SimulatedPlace = { phaseId: phase.id, audienceId: audience.id, environmentKey };
    try {
      const { metricKeys, context } = this.#world;
      const instructions = planAudience({
        flag: this.#flag,
        environmentKey,
        release: this.release,
        phase,
        audience,
        metricKeys,
      });
      const after = applySteps(this.#flag, semanticSteps({ environmentKey, instructions }), {
        ...context,
        now: this.now,
      });
      const words = flagDifferences(this.#flag, after).map((difference) => difference.words);
      if (words.length > 0) this.#tellChange(audience, place, words);
      const running = findRunningRollout(after.environments[environmentKey]);
      this.#flag = running ? this.#rollOut(after, environmentKey, place, running) : after;
      return { kind: 'audienceApplied', audienceId: audience.id, ruleIds: [], rolloutId: running?.automated.plan.id };
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      this.conflicts.push({ phaseId: phase.id, audienceId: audience.id, message: error.message });
      return { kind: 'audienceApplied', audienceId: audience.id, ruleIds: [] };
    }
  }

  /** What changes nothing needs no approval either. */
  #tellChange(
    { name, environmentId, configuration }: ReleaseAudience,
    place: SimulatedPlace,
    words: readonly string[],
  ): void {
    if (configuration.requireApproval || this.#world.guardedEnvironmentIds.has(environmentId)) {
      this.#add({ ...place, kind: 'ask-approval', needsPerson: true, words: [`Approve the change for "${name}"`] });
    }
    this.#add({ ...place, kind: 'change-flag', needsPerson: false, words });
  }

  /** Plans the stages of a rollout; at once the flag is as it will be after them, since phases come one after another. */
  #rollOut(
    flag: Flag,
    environmentKey: string,
    place: SimulatedPlace,
    { automated: { plan }, ruleId }: NonNullable<ReturnType<typeof findRunningRollout>>,
  ): Flag {
    let at = this.now;
    for (const { allocation, durationMillis } of plan.stages) {
      this.steps.push({
        ...place,
        at,
        kind: 'stage',
        needsPerson: false,
        words: [`Serve the new variation to ${allocation / 1000} %`],
      });
      at += durationMillis;
    }
    this.#rolloutEnds.set(plan.id, this.now + totalDuration(plan));
    const stop = {
      kind: 'stopAutomatedRelease',
      finalVariationId: plan.targetVariationId,
      ...(ruleId !== undefined && { ruleId }),
    };
    return applySteps(flag, semanticSteps({ environmentKey, instructions: [stop] }), {
      ...this.#world.context,
      now: at,
    });
  }

  #tellCompletions(before: Release): void {
    for (const [index, phase] of this.release.phases.entries()) {
      const old = before.phases[index];
      for (const [position, audience] of phase.audiences.entries()) {
        if (audience.status !== 'completed' || old?.audiences[position]?.status === 'completed') continue;
        this.#add({
          kind: 'complete-audience',
          phaseId: phase.id,
          audienceId: audience.id,
          needsPerson: false,
          words: [`"${audience.name}" is complete`],
        });
      }
      if (phase.status === 'completed' && old?.status !== 'completed') {
        this.#add({
          kind: 'complete-phase',
          phaseId: phase.id,
          needsPerson: false,
          words: [`Phase "${phase.name}" is complete`],
        });
      }
    }
    if (releaseState(this.release) === 'completed' && releaseState(before) !== 'completed') {
      this.#add({ kind: 'complete-release', needsPerson: false, words: ['The release is complete'] });
    }
  }

  #add(step: Omit<SimulatedStep, 'at'>): void {
    this.steps.push({ ...step, at: this.now });
  }
}
