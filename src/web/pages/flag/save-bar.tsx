import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { Environment } from '../../shell/use-project.ts';
import { clauseProblem } from '../../targeting/clause.ts';
import { SaveBar } from '../../targeting/save-bar.tsx';
import { changesOf } from './changes.ts';
import type { Draft } from './draft.ts';
import { ImpactCount } from './impact-count.tsx';
import { namesOf } from './names.ts';

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
  readonly environment: Environment;
  readonly needed: ReadonlyMap<string, FlagRep>;
  readonly base: Draft;
  readonly draft: Draft;
  readonly salt: string;
  readonly isBehind: boolean;
  readonly onDiscard: () => void;
}

/** The way from a draft of a flag to what is stored. */
export function FlagSaveBar({ projectKey, flag, environment, needed, base, draft, salt, isBehind, onDiscard }: Props) {
  const changes = changesOf(base, draft, namesOf(flag, needed));
  const place = ['projects', projectKey, 'flags', flag.key, 'environments', environment.key];
  return (
    <SaveBar
      name={flag.name}
      environment={environment}
      changes={changes}
      impact={
        <ImpactCount
          place={{ projectKey, environmentKey: environment.key }}
          flag={flag}
          base={base}
          draft={draft}
          salt={salt}
          needed={needed}
        />
      }
      problem={draftProblem(draft)}
      isBehind={isBehind}
      needsApproval={environment.approvalSettings.required}
      affected={[['flags', projectKey]]}
      toChange={(instructions, comment) => ({
        segments: ['flags', projectKey, flag.key],
        method: 'PATCH',
        body: { environmentKey: environment.key, instructions, ...(comment !== '' && { comment }) },
        isSemanticPatch: true,
      })}
      toApproval={(instructions, description) => ({
        segments: [...place, 'approval-requests'],
        method: 'POST',
        body: { description, instructions },
      })}
      onDiscard={onDiscard}
    />
  );
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
