import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { Environment } from '../../shell/use-project.ts';
import { clauseProblem } from '../../targeting/clause.ts';
import { useLeaveGuard } from '../../ui/leave-guard.ts';
import { variationLabel } from '../../ui/variation.tsx';
import { changesOf } from './changes.ts';
import type { Draft } from './draft.ts';
import classes from './flag.module.css';
import { SaveDialog } from './save-dialog.tsx';

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
  readonly environment: Environment;
  readonly needed: ReadonlyMap<string, FlagRep>;
  readonly base: Draft;
  readonly draft: Draft;
  readonly isBehind: boolean;
  readonly onDiscard: () => void;
}

/** While something differs from what is stored: how much, and the ways to save or to leave it. */
export function SaveBar({ projectKey, flag, environment, needed, base, draft, isBehind, onDiscard }: Props) {
  const [isSaving, saving] = useDisclosure();
  const changes = changesOf(base, draft, {
    variation: (id) => nameOf(flag, id),
    prerequisiteVariation: (key, id) => nameOf(needed.get(key), id),
    isMigration: flag._purpose === 'migration',
  });
  useLeaveGuard(changes.length > 0);
  if (changes.length === 0) return null;
  const problem = draftProblem(draft);
  return (
    <div className={classes['saveBar']} role="region" aria-label="Your changes" data-critical={environment.critical}>
      <div className={classes['saveWords']}>
        <strong>{changes.length === 1 ? '1 change' : `${changes.length} changes`}</strong> in {environment.name}
        {problem && <span className={classes['problem']}> · {problem}</span>}
        {isBehind && <span className={classes['problem']}> · Somebody else has changed the flag meanwhile</span>}
      </div>
      <Button variant="default" onClick={onDiscard}>
        Discard
      </Button>
      <Button onClick={saving.open} disabled={problem !== undefined}>
        Review and save
      </Button>
      {isSaving && (
        <SaveDialog
          projectKey={projectKey}
          flag={flag}
          environment={environment}
          changes={changes}
          onClose={saving.close}
          onSaved={onDiscard}
        />
      )}
    </div>
  );
}

function nameOf(flag: FlagRep | undefined, id: string): string {
  return variationLabel(flag?.variations.find(({ _id }) => _id === id) ?? { name: 'a variation' });
}

/** What keeps a draft from being saved; undefined when nothing does. */
function draftProblem(draft: Draft): string | undefined {
  for (const [index, rule] of draft.rules.entries()) {
    const problem = rule.clauses.map(clauseProblem).find(Boolean);
    if (problem !== undefined) return `Rule ${index + 1}: ${problem.toLowerCase()}`;
  }
  const open = draft.prerequisites.find(({ variationId }) => variationId === '');
  return open && `Choose the variation of ${open.key} that is needed`;
}
