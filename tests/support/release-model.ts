import fc from 'fast-check';
import type { ApprovalOutcome, Observations, ReleaseEffect, ReleaseEvent } from '../../src/domain/release/events.ts';
import type { PipelinePhase } from '../../src/domain/release/pipeline.ts';
import type { PhaseGate, Release, ReleaseAudience } from '../../src/domain/release/release.ts';
import { gateKey } from '../../src/domain/release/settle.ts';
import { isOpenRun, RUN_STATUSES, type RunStatus } from '../../src/domain/rollout/run.ts';
import { anAudience, aPhase, GUARDED } from './builders/a-release.ts';
import { audienceOf } from './release-world.ts';

const ENVIRONMENTS = ['env-0', 'env-1', 'env-2', 'env-3'];
const GATES = ['confirm-rollout', 'confirm-promotion'] as const satisfies readonly PhaseGate[];
export const environmentId = fc.constantFrom(...ENVIRONMENTS);

const audience = fc.record({
  environmentId,
  isStaged: fc.boolean(),
  requireApproval: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
const phase = fc.record({
  bakeTimeMs: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
  startsAutomatically: fc.constantFrom(undefined, undefined, true as const),
  gates: fc.oneof(
    { weight: 2, arbitrary: fc.constant<PhaseGate[]>([]) },
    { weight: 1, arbitrary: fc.subarray<PhaseGate>([...GATES]) },
  ),
  audiences: fc.uniqueArray(audience, { selector: (one) => one.environmentId, minLength: 1, maxLength: 3 }),
});

/** Phases `phase-0` and so on, of all sorts. */
export const randomPhases: fc.Arbitrary<readonly PipelinePhase[]> = fc
  .array(phase, { minLength: 1, maxLength: 4 })
  .map((list) =>
    list.map(({ audiences, gates, ...settings }, index) =>
      aPhase(`phase-${index}`, [], {
        ...settings,
        gates: gates.map((kind) => ({ kind, url: 'https://gates.example.com', timeoutMs: 1000 })),
        audiences: audiences.map(({ environmentId, isStaged, requireApproval }) =>
          anAudience(environmentId, { ...(isStaged && GUARDED), requireApproval }),
        ),
      }),
    ),
  );

const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const simply = <K extends string>(kind: K) => fc.constant({ kind });

/** What people and the world do. What people do most comes most: without it few runs would come to an end. */
export const randomStep = fc.oneof(
  weighted(24, simply('startNext')),
  weighted(6, fc.record({ kind: fc.constant('start' as const), index: fc.nat(4) })),
  weighted(36, fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 12_000 }) })),
  weighted(
    16,
    fc.record({
      kind: fc.constant('decide' as const),
      pick: fc.nat(9),
      outcome: fc.constantFrom<Exclude<ApprovalOutcome, 'open'>[]>(
        'applied',
        'applied',
        'declined',
        'gone',
        'failed',
        'moot',
      ),
    }),
  ),
  weighted(
    24,
    fc.record({
      kind: fc.constant('move' as const),
      pick: fc.nat(9),
      status: fc.constantFrom(...RUN_STATUSES, 'completed' as const),
    }),
  ),
  weighted(14, fc.record({ kind: fc.constant('gate' as const), index: fc.nat(3), gate: fc.constantFrom(...GATES) })),
  weighted(3, simply('pause')),
  weighted(6, simply('resume')),
  weighted(2, fc.record({ kind: fc.constant('delete' as const), environmentId })),
  weighted(2, fc.record({ kind: fc.constant('vanish' as const), environmentId })),
  weighted(6, fc.record({ kind: fc.constant('trouble' as const), environmentId })),
  weighted(1, simply('cancel')),
  weighted(1, simply('takeBack')),
);
export type Step = typeof randomStep extends fc.Arbitrary<infer T> ? T : never;

/** What a request is to the world: those that were declined may still be approved of. */
const isOpenRequest = (outcome: ApprovalOutcome) => outcome === 'open' || outcome === 'declined';

/** Everything outside of a release that matters to it. Copied where an event may have to be undone. */
export class ModelWorld {
  now = 1_000;
  /** When the release looks again by itself; a later wake takes the place of an earlier one. */
  wakeAt: number | undefined;
  approvals = new Map<string, { readonly audienceId: string; readonly outcome: ApprovalOutcome }>();
  rollouts = new Map<string, { readonly audienceId: string; readonly status: RunStatus }>();
  openGates = new Set<string>();
  /** Environments in which nothing can be changed. */
  troubled = new Set<string>();
  /** Environments that are gone, whether the release knows it or not. */
  gone = new Set<string>();
  /** When audiences were last served, or their rollouts came to their end. */
  doneAt = new Map<string, number>();
  #count = 0;

  copy(): ModelWorld {
    const copy = new ModelWorld();
    copy.now = this.now;
    copy.wakeAt = this.wakeAt;
    copy.approvals = new Map(this.approvals);
    copy.rollouts = new Map(this.rollouts);
    copy.openGates = new Set(this.openGates);
    copy.troubled = new Set(this.troubled);
    copy.gone = new Set(this.gone);
    copy.doneAt = new Map(this.doneAt);
    copy.#count = this.#count;
    return copy;
  }

  /** Carries an effect out. */
  answer(release: Release, effect: ReleaseEffect): ReleaseEvent | undefined {
    switch (effect.kind) {
      case 'wake':
        this.wakeAt = effect.dueAtMs;
        return undefined;
      case 'askGates':
        if (this.openGates.has(gateKey(effect.phaseId, effect.gate))) this.wakeAt = this.now;
        return undefined;
      case 'closeApproval':
        if (this.isOpenApproval(effect.approvalId)) this.#decide(effect.approvalId, 'moot');
        return undefined;
      case 'parkRollout':
        if (this.isOpenRollout(effect.rolloutId)) this.#move(effect.rolloutId, 'archived');
        return undefined;
      case 'releaseToAudience':
        return this.#attempt(audienceOf(release, effect.audienceId));
    }
  }

  #attempt(audience: ReleaseAudience): ReleaseEvent {
    const { id: audienceId, environmentId, configuration } = audience;
    if (this.gone.has(environmentId)) return { kind: 'environmentDeleted', environmentId };
    if (this.troubled.has(environmentId)) return { kind: 'audienceFailed', audienceId, reason: 'There is trouble' };
    if (!configuration.requireApproval) return this.serve(audience);
    const approvalId = `approval-${this.#count++}`;
    this.approvals.set(approvalId, { audienceId, outcome: 'open' });
    return { kind: 'approvalAsked', audienceId, approvalId };
  }

  /** Serves an audience, in place of an earlier rollout of it. Some are served already, so that there is nothing to watch. */
  serve(audience: ReleaseAudience): ReleaseEvent {
    this.#stopOwn(audience, 'manually_reverted');
    this.doneAt.set(audience.id, this.now);
    const applied = { kind: 'audienceApplied', audienceId: audience.id, ruleIds: [] } as const;
    const isServed = this.#count++ % 5 === 0;
    if (!audience.configuration.releaseGuardianConfiguration || isServed) return applied;
    const rolloutId = `rollout-${this.#count++}`;
    this.rollouts.set(rolloutId, { audienceId: audience.id, status: 'in_progress' });
    return { ...applied, rolloutId };
  }

  #stopOwn({ rolloutId }: ReleaseAudience, status: RunStatus): void {
    if (rolloutId !== undefined && this.isOpenRollout(rolloutId)) this.#move(rolloutId, status);
  }

  /** @returns what the release is told of it, other than that it shall look */
  decide(release: Release, approvalId: string, outcome: Exclude<ApprovalOutcome, 'open'>): ReleaseEvent | undefined {
    const audience = audienceOf(release, this.approvals.get(approvalId)?.audienceId ?? '');
    if (outcome === 'moot') {
      this.#stopOwn(audience, 'manually_completed');
      this.doneAt.set(audience.id, this.now);
    }
    this.#decide(approvalId, outcome);
    this.wakeAt = this.now;
    return outcome === 'applied' ? this.serve(audience) : undefined;
  }

  #decide(id: string, outcome: ApprovalOutcome): void {
    const audienceId = this.approvals.get(id)?.audienceId ?? '';
    this.approvals.set(id, { audienceId, outcome });
  }

  move(rolloutId: string, status: RunStatus): void {
    this.#move(rolloutId, status);
    this.wakeAt = this.now;
  }

  #move(id: string, status: RunStatus): void {
    const audienceId = this.rollouts.get(id)?.audienceId ?? '';
    this.rollouts.set(id, { audienceId, status });
    if (status === 'completed' || status === 'manually_completed') this.doneAt.set(audienceId, this.now);
  }

  toggleGate(phaseId: string, gate: PhaseGate): void {
    const key = gateKey(phaseId, gate);
    if (!this.openGates.delete(key)) this.openGates.add(key);
    this.wakeAt = this.now;
  }

  /** Deletes an environment, and what is in it. */
  deleteEnvironment(release: Release, environmentId: string): void {
    this.gone.add(environmentId);
    for (const id of this.openApprovals())
      if (this.#isIn(release, environmentId, this.approvals, id)) this.#decide(id, 'gone');
    for (const id of this.openRollouts())
      if (this.#isIn(release, environmentId, this.rollouts, id)) this.#move(id, 'archived');
    this.wakeAt = this.now;
  }

  #isIn(
    release: Release,
    environmentId: string,
    things: ReadonlyMap<string, { readonly audienceId: string }>,
    id: string,
  ): boolean {
    return audienceOf(release, things.get(id)?.audienceId ?? '').environmentId === environmentId;
  }

  look(): Observations {
    return {
      approvals: new Map([...this.approvals].map(([id, { outcome }]) => [id, outcome])),
      rollouts: new Map([...this.rollouts].map(([id, { status }]) => [id, status])),
      openGates: new Set(this.openGates),
    };
  }

  openApprovals = () => [...this.approvals.keys()].filter((id) => this.isOpenApproval(id));
  openRollouts = () => [...this.rollouts.keys()].filter((id) => this.isOpenRollout(id));
  isOpenApproval = (id: string) => isOpenRequest(this.approvals.get(id)?.outcome ?? 'gone');
  isOpenRollout = (id: string) => isOpenRun({ status: this.rollouts.get(id)?.status ?? 'archived' });
}
