import { lazy, Suspense } from 'react';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { Environment } from '../../shell/use-project.ts';
import type { SaveDialogProps } from '../../targeting/save-dialog.tsx';
import { changesOf } from './changes.ts';
import type { Draft } from './draft.ts';
import { namesOf } from './names.ts';

const ImpactCount = lazy(async () => ({ default: (await import('./impact-count.tsx')).ImpactCount }));

/** What is to be stored of a flag in an environment, and what is. */
export interface Saving {
  readonly projectKey: string;
  readonly flag: FlagRep;
  readonly environment: Environment;
  /** The flags that are prerequisites, by key. */
  readonly needed: ReadonlyMap<string, FlagRep>;
  readonly base: Draft;
  readonly draft: Draft;
}

/** What the dialog that saves has to know. */
export function savingOf(saving: Saving): Omit<SaveDialogProps, 'onClose' | 'onSaved'> {
  const { projectKey, flag, environment, needed, base, draft } = saving;
  const path = ['projects', projectKey, 'flags', flag.key, 'environments', environment.key];
  return {
    name: flag.name,
    environment,
    changes: changesOf(base, draft, namesOf(flag, needed)),
    impact: (
      <Suspense>
        <ImpactCount
          place={{ projectKey, environmentKey: environment.key }}
          flag={flag}
          base={base}
          draft={draft}
          salt={flag.environments?.[environment.key]?.salt ?? ''}
          needed={needed}
        />
      </Suspense>
    ),
    needsApproval: environment.approvalSettings.required,
    affected: [['flags', projectKey], path.slice(0, 4)],
    toChange: (instructions, comment) => ({
      segments: ['flags', projectKey, flag.key],
      method: 'PATCH',
      body: { environmentKey: environment.key, instructions, ...(comment !== '' && { comment }) },
      isSemanticPatch: true,
    }),
    toApproval: (instructions, description, executionDate) => ({
      segments: [...path, 'approval-requests'],
      method: 'POST',
      body: { description, instructions, ...(executionDate !== undefined && { executionDate }) },
    }),
    toPlan: (instructions, comment, executionDate) => ({
      segments: [...path, 'scheduled-changes'],
      method: 'POST',
      body: { executionDate, instructions, ...(comment !== '' && { comment }) },
    }),
  };
}
