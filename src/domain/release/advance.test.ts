import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPipeline, aRelease } from '../../../tests/support/builders/a-release.ts';
import {
  environmentId,
  ModelWorld,
  randomPhases,
  randomStep,
  type Step,
} from '../../../tests/support/release-model.ts';
import { allAudiences, check, ReleaseWatch } from '../../../tests/support/release-watch.ts';
import { happen } from '../../../tests/support/release-world.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import type { ReleaseEffect, ReleaseEvent } from './events.ts';
import type { PipelinePhase } from './pipeline.ts';
import { type Release, releaseState } from './release.ts';
import { explain } from './explain.ts';
import { gateKey } from './settle.ts';
import { NEEDS_ATTENTION } from './transitions.ts';

const BY = { kind: 'member', id: 'member-id' } as const;

/** A release in a model of the world, watched all along. */
class Run {
  world = new ModelWorld();
  release: Release;
  readonly seen = new Set<string>();
  #watch = new ReleaseWatch();

  constructor(phases: readonly PipelinePhase[], deletedEnvironmentId: string) {
    const pipeline = aPipeline({ phases });
    this.release = aRelease({ createdBy: BY }, { pipeline, deletedEnvironmentIds: [deletedEnvironmentId] });
    this.world.gone.add(deletedEnvironmentId);
    this.happen({ kind: 'created' });
  }

  do(step: Step): unknown {
    const { world, release } = this;
    switch (step.kind) {
      case 'startNext':
        return this.start(currentPhase(release)?.id ?? 'phase-0');
      case 'start':
        return this.start(`phase-${step.index}`);
      case 'pass':
        world.now += step.ms;
        return this.look();
      case 'decide':
        return this.decide(pick(world.openApprovals(), step.pick), step.outcome);
      case 'move': {
        const id = pick(world.openRollouts(), step.pick);
        if (id !== undefined) world.move(id, step.status);
        return;
      }
      case 'gate':
        return world.toggleGate(`phase-${step.index}`, step.gate);
      case 'pause':
        return this.happen({ kind: 'paused', by: BY });
      case 'resume':
        return this.happen({ kind: 'resumed' });
      case 'delete':
        world.deleteEnvironment(release, step.environmentId);
        return this.happen({ kind: 'environmentDeleted', environmentId: step.environmentId });
      case 'vanish':
        return world.deleteEnvironment(release, step.environmentId);
      case 'trouble':
        if (!world.troubled.delete(step.environmentId)) world.troubled.add(step.environmentId);
        return;
      case 'cancel':
        return this.happen({ kind: 'canceled' });
      case 'takeBack':
        return this.happen({ kind: 'rolledBack' });
    }
  }

  /** Like the operation: a phase that only waits for the clock to complete the one before it is let through. */
  start(phaseId: string): void {
    const phase = this.release.phases.find(({ id }) => id === phaseId);
    if (phase?.status === 'not-started') this.look();
    this.happen({ kind: 'phaseStarted', phaseId, by: BY });
  }

  look(): void {
    const { world, release: before } = this;
    const isAsked = world.wakeAt !== undefined && world.wakeAt <= world.now;
    if (isAsked) world.wakeAt = undefined;
    const effects = this.happen({ kind: 'looked', seen: world.look() });
    if (isAsked) return;
    check(8, this.release === before && effects.every(({ kind }) => kind === 'wake' || kind === 'askGates'));
  }

  decide(approvalId: string | undefined, outcome: Extract<Step, { kind: 'decide' }>['outcome']): void {
    if (approvalId === undefined) return;
    const event = this.world.decide(this.release, approvalId, outcome);
    if (!event) return;
    this.#watch.applied(this.release, event);
    this.happen(event);
  }

  /** What is refused, or cannot be carried out for a person who asks for it, leaves everything as it is. */
  happen(event: ReleaseEvent): readonly ReleaseEffect[] {
    const before = deepFreeze(this.release);
    const [worldBefore, watchBefore] = [this.world.copy(), this.#watch.copy()];
    this.#watch.noteStarts(before, event);
    try {
      const { release, effects } = happen(before, event, this.world.now, (current, effect) => {
        this.#watch.state(current, this.world);
        this.note(current);
        const answer = this.world.answer(current, effect);
        if (answer?.kind === 'audienceFailed' && event.kind === 'phaseStarted') throw new InvalidRequest(answer.reason);
        if (answer) this.#watch.applied(current, answer);
        return answer;
      });
      this.release = release;
      for (const { kind } of effects) this.seen.add(`effect ${kind}`);
      this.#watch.step(before, event, release, effects, this.world);
      check(18, explain(release, { runs: new Map() }).length > 0 === (releaseState(release) === 'active'));
      this.note(release);
      return effects;
    } catch (error) {
      const mayBeRefused = ['phaseStarted', 'paused', 'resumed'].includes(event.kind);
      if (!mayBeRefused || !(error instanceof InvalidRequest || error instanceof NotFound)) throw error;
      [this.world, this.#watch] = [worldBefore, watchBefore];
      return [];
    }
  }

  note(release: Release): void {
    for (const { status, gate } of release.phases) {
      this.seen.add(`phase ${status}`);
      if (gate) this.seen.add(`gate ${gate.kind}`);
    }
    for (const { status } of allAudiences(release)) this.seen.add(`audience ${status}`);
  }

  /** How the run has ended so far. */
  get end(): string {
    const { release } = this;
    if (release.rolledBackAt !== undefined) return 'taken back';
    return release.pause && releaseState(release) === 'active' ? 'on hold' : releaseState(release);
  }

  /** Everybody does what they can for the release to be completed. */
  help(): void {
    this.world.troubled.clear();
    if (this.release.pause) this.happen({ kind: 'resumed' });
    for (const { id } of this.release.phases) {
      for (const gate of ['confirm-rollout', 'confirm-promotion'] as const) {
        if (!this.world.openGates.has(gateKey(id, gate))) this.world.toggleGate(id, gate);
      }
    }
    for (const id of this.world.openApprovals()) this.decide(id, 'applied');
    for (const id of this.world.openRollouts()) this.world.move(id, 'completed');
    this.world.now += 10_000;
    this.look();
    const { id, status } = currentPhase(this.release) ?? {};
    if (id !== undefined && (status === 'ready-to-start' || status === 'paused')) this.start(id);
  }
}

describe('a model run of random events', () => {
  const steps = fc.array(randomStep, { maxLength: 60 });
  const AUDIENCES = Object.keys(NEEDS_ATTENTION).map((status) => `audience ${status}`);
  const PHASES = ['not-started', 'ready-to-start', 'active', 'paused', 'completed'].map((status) => `phase ${status}`);
  const EFFECTS = ['releaseToAudience', 'askGates', 'closeApproval', 'parkRollout', 'wake'].map(
    (kind) => `effect ${kind}`,
  );
  const GATES = ['gate confirm-rollout', 'gate confirm-promotion'];

  it('keeps the invariants after every step', () => {
    const ends = new Set<string>();
    const seen = new Set<string>();
    const property = fc.property(randomPhases, environmentId, steps, (phases, deletedEnvironmentId, list) => {
      fc.pre(phases.some(({ audiences }) => audiences.some((one) => one.environmentId !== deletedEnvironmentId)));
      const run = new Run(phases, deletedEnvironmentId);
      for (const step of list) run.do(step);
      ends.add(run.end);
      for (const thing of run.seen) seen.add(thing);
      if (releaseState(run.release) === 'canceled') return;
      for (let round = 0; round < 30 && releaseState(run.release) === 'active'; round++) run.help();
      check(17, releaseState(run.release) === 'completed');
    });
    fc.assert(property, { numRuns: 1000 });
    // Whether everything happens must not hang on luck.
    fc.assert(property, { numRuns: 1000, seed: 1 });
    expect(ends, 'the runs end in every way').toEqual(
      new Set(['active', 'on hold', 'completed', 'canceled', 'taken back']),
    );
    expect(seen, 'everything happens').toEqual(new Set([...AUDIENCES, ...PHASES, ...EFFECTS, ...GATES]));
  });
});

const currentPhase = ({ phases }: Release) => phases.find(({ status }) => status !== 'completed');
const pick = (ids: readonly string[], index: number) => ids[index % ids.length];

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(Object.freeze(value)).forEach(deepFreeze);
  }
  return value;
}
