import type { Environment } from '../../shell/use-project.ts';
import { SaveDialog } from '../../targeting/save-dialog.tsx';
import type { Draft } from './draft.ts';
import { copied, type Part } from './parts.ts';
import { type Saving, savingOf } from './saving.tsx';

interface Props extends Omit<Saving, 'environment' | 'draft'> {
  readonly source: Environment;
  readonly target: Environment;
  /** How it is set up in the source. */
  readonly wanted: Draft;
  readonly parts: readonly Part[];
  readonly onClose: () => void;
}

/** Shows what a copy changes in the target, then has it made or asks others to agree. */
export function CopyDialog({ source, target, wanted, parts, onClose, ...about }: Props) {
  const { projectKey, flag, base } = about;
  const includedActions = parts.map(({ action }) => action);
  const [from, to] = [flag.environments?.[source.key], flag.environments?.[target.key]];
  const place = ['projects', projectKey, 'flags', flag.key, 'environments', target.key];
  const { toPlan: _, ...saving } = savingOf({ ...about, environment: target, draft: copied(wanted, base, parts) });
  return (
    <SaveDialog
      {...saving}
      toChange={(_instructions, comment) => ({
        segments: ['flags', projectKey, flag.key, 'copy'],
        method: 'POST',
        body: {
          source: { key: source.key, currentVersion: from?.version },
          target: { key: target.key, currentVersion: to?.version },
          includedActions,
          ...(comment !== '' && { comment }),
        },
      })}
      toApproval={(_instructions, description) => ({
        segments: [...place, 'approval-requests-flag-copy'],
        method: 'POST',
        body: { description, source: { key: source.key, version: from?.version }, includedActions },
      })}
      onClose={onClose}
      onSaved={() => undefined}
    />
  );
}
