import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { Environment } from '../../shell/use-project.ts';
import { SaveDialog } from '../../targeting/save-dialog.tsx';
import type { Draft } from './draft.ts';
import { ImpactCount } from './impact-count.tsx';
import { namesOf } from './names.ts';
import { copied, copyChanges, type Part } from './parts.ts';

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
  readonly source: Environment;
  readonly target: Environment;
  readonly needed: ReadonlyMap<string, FlagRep>;
  /** How it is set up in the source, and in the target. */
  readonly wanted: Draft;
  readonly stored: Draft;
  readonly parts: readonly Part[];
  readonly onClose: () => void;
}

/** Shows what a copy changes in the target, then has it made or asks others to agree. */
export function CopyDialog({ projectKey, flag, source, target, needed, wanted, stored, parts, onClose }: Props) {
  const includedActions = parts.map(({ action }) => action);
  const [from, to] = [flag.environments?.[source.key], flag.environments?.[target.key]];
  const place = ['projects', projectKey, 'flags', flag.key, 'environments', target.key];
  return (
    <SaveDialog
      name={flag.name}
      environment={target}
      changes={copyChanges(wanted, stored, parts, namesOf(flag, needed))}
      impact={
        <ImpactCount
          place={{ projectKey, environmentKey: target.key }}
          flag={flag}
          base={stored}
          draft={copied(wanted, stored, parts)}
          salt={to?.salt ?? ''}
          needed={needed}
        />
      }
      needsApproval={target.approvalSettings.required}
      affected={[['flags', projectKey]]}
      toChange={(_, comment) => ({
        segments: ['flags', projectKey, flag.key, 'copy'],
        method: 'POST',
        body: {
          source: { key: source.key, currentVersion: from?.version },
          target: { key: target.key, currentVersion: to?.version },
          includedActions,
          ...(comment !== '' && { comment }),
        },
      })}
      toApproval={(_, description) => ({
        segments: [...place, 'approval-requests-flag-copy'],
        method: 'POST',
        body: { description, source: { key: source.key, version: from?.version }, includedActions },
      })}
      onClose={onClose}
      onSaved={() => undefined}
    />
  );
}
