import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useLeaveGuard } from '../ui/leave-guard.ts';
import type { SaveDialogProps } from './save-dialog.tsx';
import classes from './targeting.module.css';

const SaveDialog = lazy(async () => ({ default: (await import('./save-dialog.tsx')).SaveDialog }));

interface Props extends Omit<SaveDialogProps, 'onClose' | 'onSaved'> {
  /** What keeps the draft from being saved; undefined when nothing does. */
  readonly problem: string | undefined;
  /** Whether somebody else has stored something since the draft was begun. */
  readonly isBehind: boolean;
  readonly onDiscard: () => void;
}

/** While something differs from what is stored: how much, and the ways to save or to leave it. */
export function SaveBar({ problem, isBehind, onDiscard, ...about }: Props) {
  const [isSaving, saving] = useDisclosure();
  const { changes, environment, name } = about;
  useLeaveGuard(changes.length > 0);
  if (changes.length === 0) return null;
  return (
    <div
      className={classes['saveBar']}
      role="region"
      aria-label="Your changes"
      data-critical={environment.isProduction}
    >
      <div className={classes['saveWords']}>
        <strong>{changes.length === 1 ? '1 change' : `${changes.length} changes`}</strong> in {environment.name}
        {problem && <span className={classes['problem']}> · {problem}</span>}
        {isBehind && <span className={classes['problem']}> · Somebody else has changed {name} meanwhile</span>}
      </div>
      <Button variant="default" onClick={onDiscard}>
        Discard
      </Button>
      <Button onClick={saving.open} disabled={problem !== undefined}>
        Review and save
      </Button>
      {isSaving && (
        <Suspense>
          <SaveDialog {...about} onClose={saving.close} onSaved={onDiscard} />
        </Suspense>
      )}
    </div>
  );
}
