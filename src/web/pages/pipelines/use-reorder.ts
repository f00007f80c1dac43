import { type DragEvent, useState } from 'react';
import type { DraftPhase } from './draft.ts';
import { moved } from '../../ui/moved.ts';
import { type AudiencePlace, movedAudience } from './moves.ts';

/** What is dragged: a phase, or an audience with its place. */
type Dragged = { readonly kind: 'phase'; readonly phase: number } | ({ readonly kind: 'audience' } & AudiencePlace);

/** Where it would go: before or after the thing under the pointer. */
interface Target {
  readonly id: string;
  readonly side: 'before' | 'after';
}

/** Reordering phases and audiences by dragging them by their handles. */
export function useReorder(phases: readonly DraftPhase[], onChange: (phases: readonly DraftPhase[]) => void) {
  const [dragged, setDragged] = useState<Dragged>();
  const [target, setTarget] = useState<Target>();
  const end = () => {
    setDragged(undefined);
    setTarget(undefined);
  };
  const over = (event: DragEvent<HTMLElement>, id: string) => {
    event.preventDefault();
    event.stopPropagation();
    setTarget({ id, side: sideOf(event) });
  };
  const drop = (event: DragEvent<HTMLElement>, change: (after: number) => readonly DraftPhase[]) => {
    event.preventDefault();
    event.stopPropagation();
    onChange(change(sideOf(event) === 'after' ? 1 : 0));
    end();
  };
  /** For the handle of a thing. */
  const handle = (what: Dragged) => ({
    draggable: true,
    onDragStart: (event: DragEvent<HTMLElement>) => {
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', '');
      const card = event.currentTarget.closest('[data-card]');
      if (card) event.dataTransfer.setDragImage(card, 12, 12);
      setDragged(what);
    },
    onDragEnd: end,
  });
  const sideAt = (id: string) => (target?.id === id ? target.side : undefined);
  return {
    phaseHandle: (phase: number) => handle({ kind: 'phase', phase }),
    audienceHandle: (place: AudiencePlace) => handle({ kind: 'audience', ...place }),
    /** For the card of a phase. */
    phaseTarget: (id: string, phase: number) => ({
      'data-drop': dragged?.kind === 'phase' ? sideAt(id) : undefined,
      onDragOver: (event: DragEvent<HTMLElement>) => dragged?.kind === 'phase' && over(event, id),
      onDrop: (event: DragEvent<HTMLElement>) =>
        dragged?.kind === 'phase' && drop(event, (after) => moved(phases, dragged.phase, phase + after)),
    }),
    /** For the card of an audience. */
    audienceTarget: (id: string, place: AudiencePlace) => ({
      'data-drop': dragged?.kind === 'audience' ? sideAt(id) : undefined,
      onDragOver: (event: DragEvent<HTMLElement>) => dragged?.kind === 'audience' && over(event, id),
      onDrop: (event: DragEvent<HTMLElement>) =>
        dragged?.kind === 'audience' &&
        drop(event, (after) => movedAudience(phases, dragged, { ...place, audience: place.audience + after })),
    }),
  };
}

export type Reorder = ReturnType<typeof useReorder>;

/** On which half of a thing the pointer is. */
function sideOf(event: DragEvent<HTMLElement>): Target['side'] {
  const { top, height } = event.currentTarget.getBoundingClientRect();
  return event.clientY > top + height / 2 ? 'after' : 'before';
}
