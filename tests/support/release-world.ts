import { advance } from '../../src/domain/release/advance.ts';
import type { Advance, ReleaseEffect, ReleaseEvent } from '../../src/domain/release/events.ts';
import type { Release, ReleaseAudience, ReleasePhase } from '../../src/domain/release/release.ts';

/** How the world answers an effect; undefined where it needs no answer. */
export type Answer = (release: Release, effect: ReleaseEffect) => ReleaseEvent | undefined;

/**
 * Lets something happen to a release and carries out what follows, as operations do: effects in their order, and those of
 * answers behind them. The effects are all that were carried out.
 */
export function happen(release: Release, event: ReleaseEvent, now: number, answer: Answer): Advance {
  const first = advance(release, event, now);
  let current = first.release;
  const queue = [...first.effects];
  const effects: ReleaseEffect[] = [];
  for (let effect = queue.shift(); effect; effect = queue.shift()) {
    if (effect.kind === 'releaseToAudience' && audienceOf(current, effect.audienceId).status !== 'ready-to-start') {
      continue;
    }
    effects.push(effect);
    const answered = answer(current, effect);
    if (!answered) continue;
    const next = advance(current, answered, now);
    current = next.release;
    queue.push(...next.effects);
  }
  return { release: current, effects };
}

/** An audience by its id, with the phase that it belongs to. */
export function audienceOf(release: Release, audienceId: string): ReleaseAudience & { phase: ReleasePhase } {
  for (const phase of release.phases) {
    const audience = phase.audiences.find(({ id }) => id === audienceId);
    if (audience) return { ...audience, phase };
  }
  throw new Error(`no audience ${audienceId}`);
}

/**
 * Does as it is told, and remembers nothing: approvals and rollouts are called after the environment and, from the second
 * attempt on, counted.
 */
export const obedientWorld: Answer = (release, effect) => {
  if (effect.kind !== 'releaseToAudience') return undefined;
  const { configuration, environmentId, approvalId, rolloutId } = audienceOf(release, effect.audienceId);
  const { audienceId } = effect;
  if (configuration.requireApproval) {
    return { kind: 'approvalAsked', audienceId, approvalId: nextId(approvalId, `approval-${environmentId}`) };
  }
  const isStaged = configuration.releaseGuardianConfiguration !== undefined;
  return {
    kind: 'audienceApplied',
    audienceId,
    ruleIds: [],
    ...(isStaged && { rolloutId: nextId(rolloutId, `rollout-${environmentId}`) }),
  };
};

function nextId(before: string | undefined, first: string): string {
  if (before === undefined) return first;
  const count = Number(before.slice(first.length + 1));
  return `${first}-${count === 0 ? 2 : count + 1}`;
}
