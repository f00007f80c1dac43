import { moved } from '../../ui/moved.ts';
import type { DraftPhase } from './draft.ts';

/** Where an audience is: the places of its phase and of itself. */
export interface AudiencePlace {
  readonly phase: number;
  readonly audience: number;
}

/** Phases with an audience put before the one at another place, which may be in another phase. */
export function movedAudience(
  phases: readonly DraftPhase[],
  from: AudiencePlace,
  to: AudiencePlace,
): readonly DraftPhase[] {
  const audience = phases[from.phase]?.audiences[from.audience];
  if (!audience) return phases;
  return phases.map((phase, index) => {
    if (index === from.phase && index === to.phase) {
      return { ...phase, audiences: moved(phase.audiences, from.audience, to.audience) };
    }
    if (index === from.phase) return { ...phase, audiences: phase.audiences.toSpliced(from.audience, 1) };
    if (index === to.phase) return { ...phase, audiences: phase.audiences.toSpliced(to.audience, 0, audience) };
    return phase;
  });
}

/** Where an audience goes one step up or down: past the edge of its phase into the next one; undefined at the very end. */
export function nextPlace(
  phases: readonly DraftPhase[],
  { phase, audience }: AudiencePlace,
  direction: 'up' | 'down',
): AudiencePlace | undefined {
  if (direction === 'up') {
    if (audience > 0) return { phase, audience: audience - 1 };
    const before = phases[phase - 1];
    return before && { phase: phase - 1, audience: before.audiences.length };
  }
  const isLast = audience === (phases[phase]?.audiences.length ?? 0) - 1;
  if (!isLast) return { phase, audience: audience + 2 };
  return phases[phase + 1] && { phase: phase + 1, audience: 0 };
}
