import type { ComponentProps } from 'react';
import { clauseProblem } from '../../targeting/clause.ts';
import { SaveBar } from '../../targeting/save-bar.tsx';
import type { Draft } from './draft.ts';
import { savingOf, type Saving } from './saving.tsx';

interface Props extends Saving, Pick<ComponentProps<typeof SaveBar>, 'isBehind' | 'onDiscard'> {}

/** The way from a draft of a flag to what is stored. */
export function FlagSaveBar({ isBehind, onDiscard, ...saving }: Props) {
  return (
    <SaveBar {...savingOf(saving)} problem={draftProblem(saving.draft)} isBehind={isBehind} onDiscard={onDiscard} />
  );
}

/** What keeps a draft from being saved; undefined when nothing does. */
function draftProblem(draft: Draft): string | undefined {
  for (const [index, rule] of draft.rules.entries()) {
    const problem = rule.clauses.map(clauseProblem).find(Boolean);
    if (problem !== undefined) return `Rule ${index + 1}: ${problem.toLowerCase()}`;
  }
  const endless = draft.ends.find(({ at }) => at === undefined || at <= Date.now());
  if (endless) return `Choose a time to come at which the target ${endless.contextKey} ends`;
  const open = draft.prerequisites.find(({ variationId }) => variationId === '');
  return open && `Choose the variation of ${open.key} that is needed`;
}
