import type { Change } from '../../targeting/rule-changes.ts';
import type { Draft, Target, TargetEnd } from './draft.ts';

const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** The ends of those who are targets still. */
export function endsWithin(ends: readonly TargetEnd[], targets: readonly Target[]): readonly TargetEnd[] {
  return ends.filter((end) => targets.some((target) => isAbout(end, target)));
}

/** Whether an end is of one of the keys of a target. */
export function isAbout(end: TargetEnd, { contextKind, variationId, values }: Target): boolean {
  return end.contextKind === contextKind && end.variationId === variationId && values.includes(end.contextKey);
}

/** The steps from the ends of one draft to those of another. An end goes with its target, which takes no step. */
export function endChanges(before: Draft, after: Draft): readonly Change[] {
  const wanted = endsWithin(after.ends, after.targets);
  const left = endsWithin(before.ends, after.targets);
  const removed = left.filter((end) => !wanted.some((one) => isSame(one, end)));
  return [
    ...removed.map((end) => step('removeExpiringTarget', end)),
    ...wanted.flatMap((end) => {
      const former = left.find((one) => isSame(one, end));
      if (former?.at === end.at) return [];
      return [step(former ? 'updateExpiringTarget' : 'addExpiringTarget', end)];
    }),
  ];
}

function isSame(one: TargetEnd, other: TargetEnd): boolean {
  return (
    one.contextKind === other.contextKind &&
    one.contextKey === other.contextKey &&
    one.variationId === other.variationId
  );
}

function step(kind: string, { contextKind, contextKey, variationId, at }: TargetEnd): Change {
  const about = { kind, contextKind, contextKey, variationId };
  const target = `the target ${contextKind} ${contextKey}`;
  if (kind === 'removeExpiringTarget') return { instruction: about, words: `Let ${target} have no end` };
  return { instruction: { ...about, value: at }, words: `Let ${target} end on ${MOMENT.format(at)}` };
}
