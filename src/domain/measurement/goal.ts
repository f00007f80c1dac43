/** What browsers count by themselves: a click on something, or a page that is looked at. */
export type GoalKind = 'click' | 'pageview';

/** The key under which what browsers count is measured, apart from the keys that code gives its own events. */
export function goalEventKey(kind: GoalKind, goalKey: string): string {
  return `${kind}:${goalKey}`;
}
