import type { ReleaseEffect, ReleaseEvent } from '../../src/domain/release/events.ts';
import { jsonEquals } from '../../src/domain/json.ts';
import { type PhaseGate, type Release, type ReleasePhase, releaseState } from '../../src/domain/release/release.ts';
import { gateKey } from '../../src/domain/release/settle.ts';
import { isOver, NEEDS_ATTENTION } from '../../src/domain/release/transitions.ts';
import type { ModelWorld } from './release-model.ts';
import { audienceOf } from './release-world.ts';

/** Asserts an invariant; `expect` would take ten times as long. */
export function check(invariant: number, isKept: boolean): void {
  if (!isKept) throw new Error(`invariant ${invariant} is broken`);
}

/** What must be true all along: numbers are those of src/domain/release/SPEC.md, "Invariants". */
export class ReleaseWatch {
  /** Audiences that were released to, and those whose flag was changed, since the latest start of their phase. */
  #released = new Set<string>();
  #applied = new Set<string>();
  /** Phases whose beginning everybody has agreed to since the latest start. */
  #agreed = new Set<string>();

  copy(): ReleaseWatch {
    const copy = new ReleaseWatch();
    copy.#released = new Set(this.#released);
    copy.#applied = new Set(this.#applied);
    copy.#agreed = new Set(this.#agreed);
    return copy;
  }

  /** After one event and everything that has followed from it in the same step. */
  step(
    before: Release,
    event: ReleaseEvent,
    after: Release,
    effects: readonly ReleaseEffect[],
    world: ModelWorld,
  ): void {
    if (releaseState(before) === 'canceled') {
      const isTakenBack = event.kind === 'rolledBack' && before.rolledBackAt === undefined;
      check(6, effects.length === 0 && (isTakenBack ? after.canceledAt === before.canceledAt : after === before));
    }
    check(7, jsonEquals(before, after) === (after === before));
    if (before.pause && after.pause) this.#held(before, after, effects, event);
    for (const effect of effects) this.#effect(effect, before, after, world);
    this.#completions(before, event, after);
    for (const { id, status } of allAudiences(before).filter((audience) => isOver(audience.status))) {
      check(15, audienceOf(after, id).status === status);
    }
    this.state(after, world);
    this.#waiting(after, world);
    if (releaseState(after) === 'canceled') this.#ended(world);
  }

  /** After every single event. */
  state(release: Release, world: ModelWorld): void {
    const { phases } = release;
    const statuses = phases.map(({ status }) => status);
    const completed = phases.filter(({ status }) => status === 'completed');
    check(1, statuses.lastIndexOf('completed') + 1 === completed.length);

    const current = statuses.filter((status) => status !== 'not-started' && status !== 'completed').length;
    const state = releaseState(release);
    if (state !== 'canceled') check(2, current === (state === 'active' ? 1 : 0));
    for (const phase of phases) this.#phase(phase, world);
  }

  #phase({ status, audiences, startedAt, completedAt, bakeTimeMs = 0 }: ReleasePhase, world: ModelWorld): void {
    check(3, (completedAt !== undefined) === (status === 'completed'));
    check(10, (status === 'paused') === audiences.some((one) => NEEDS_ATTENTION[one.status]));
    if (completedAt !== undefined) {
      check(3, completedAt >= (startedAt ?? Infinity));
      for (const { id, status: audienceStatus } of audiences) {
        check(11, isOver(audienceStatus));
        if (audienceStatus === 'completed') check(4, completedAt >= (world.doneAt.get(id) ?? Infinity) + bakeTimeMs);
      }
    }
    for (const audience of audiences) {
      if (status === 'not-started') check(11, audience.status === 'not-started' || audience.status === 'skipped');
      if (audience.status === 'failed') check(13, audience.failure !== undefined);
      if (audience.status === 'waiting-for-approval') check(13, audience.approvalId !== undefined);
      const isApplied = audience.status === 'active' || audience.status === 'completed';
      if (isApplied) check(13, audience.appliedAt !== undefined);
      for (const time of [startedAt, completedAt, audience.appliedAt, audience.completedAt]) {
        check(16, (time ?? 0) <= world.now);
      }
    }
  }

  #held(before: Release, after: Release, effects: readonly ReleaseEffect[], event: ReleaseEvent): void {
    const isEnd = event.kind === 'canceled' || event.kind === 'rolledBack';
    check(9, isEnd || effects.length === 0);
    const held = ({ phases }: Release) =>
      phases.map(({ status, gate }) => ({ gate, status: status === 'paused' ? 'active' : status }));
    check(9, jsonEquals(held(after), held(before)));
  }

  /** What has been done before a phase starts, or starts again, does not count for it. */
  noteStarts(before: Release, event: ReleaseEvent): void {
    for (const { id, status, audiences } of before.phases) {
      const isStarted = event.kind === 'phaseStarted' && event.phaseId === id;
      const hasNotBegun = status === 'not-started' || status === 'ready-to-start';
      const isOpen = event.kind === 'looked' && event.seen.openGates.has(gateKey(id, 'confirm-rollout'));
      if (hasNotBegun || isStarted) this.#agreed.delete(id);
      if (isOpen && !before.pause) this.#agreed.add(id);
      if (!isStarted || status !== 'paused') continue;
      for (const audience of audiences) {
        this.#released.delete(audience.id);
        this.#applied.delete(audience.id);
      }
    }
  }

  #effect(effect: ReleaseEffect, before: Release, after: Release, world: ModelWorld): void {
    if (effect.kind === 'wake') check(16, effect.dueAtMs >= world.now);
    if (effect.kind !== 'releaseToAudience') return;
    const { audienceId, phaseId } = effect;
    const { phase } = audienceOf(after, audienceId);
    check(5, phase.id === phaseId && !this.#released.has(audienceId));
    check(15, !isOver(audienceOf(before, audienceId).status));
    check(12, !hasGate(phase, 'confirm-rollout') || this.#agreed.has(phaseId));
    this.#released.add(audienceId);
  }

  /** Before an answer, or a person, says that the flag has been changed. */
  applied(release: Release, event: ReleaseEvent): void {
    if (event.kind !== 'audienceApplied') return;
    const { status, phase } = audienceOf(release, event.audienceId);
    if (isOver(status) || releaseState(release) === 'canceled') return;
    check(5, !this.#applied.has(event.audienceId) && (phase.status === 'active' || phase.status === 'paused'));
    this.#applied.add(event.audienceId);
  }

  #completions(before: Release, event: ReleaseEvent, after: Release): void {
    after.phases.forEach((phase, index) => {
      if (phase.status !== 'completed' || before.phases[index]?.status === 'completed') return;
      if (!hasGate(phase, 'confirm-promotion')) return;
      const isOpen = event.kind === 'looked' && event.seen.openGates.has(gateKey(phase.id, 'confirm-promotion'));
      check(12, isOpen);
    });
  }

  #waiting(release: Release, world: ModelWorld): void {
    const isHeld = release.pause !== undefined || releaseState(release) === 'canceled';
    for (const { status, gate, audiences } of release.phases) {
      if (isHeld || world.wakeAt !== undefined || status !== 'active' || gate) continue;
      check(
        13,
        audiences.every((audience) => audience.status !== 'ready-to-start'),
      );
    }
  }

  #ended(world: ModelWorld): void {
    check(14, world.openApprovals().length === 0 && world.openRollouts().length === 0);
  }
}

export const allAudiences = ({ phases }: Release) => phases.flatMap(({ audiences }) => audiences);
const hasGate = ({ gates = [] }: ReleasePhase, kind: PhaseGate) => gates.some((gate) => gate.kind === kind);
