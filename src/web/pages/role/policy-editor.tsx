import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Denial } from '../../access/rights.ts';
import { newId } from '../../targeting/new-id.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { messageOf } from '../../ui/error-notice.tsx';
import { Section } from '../../ui/section.tsx';
import { newStatement, readPolicyText, type StatementDraft, toDrafts, toPolicy } from './policy-draft.ts';
import classes from './role.module.css';
import { StatementEditor } from './statement-editor.tsx';

const VIEWS = [
  { value: 'statements', label: 'Statements' },
  { value: 'json', label: 'JSON' },
];

interface Props {
  readonly statements: readonly StatementDraft[];
  readonly denied: Denial;
  readonly onChange: (statements: readonly StatementDraft[]) => void;
}

/** The statements of a policy, one by one or as JSON. */
export function PolicyEditor({ statements, denied, onChange }: Props) {
  const [view, setView] = useState('statements');
  return (
    <Section
      title="Policy"
      denied={denied}
      action={<SegmentedControl aria-label="View of the policy" data={VIEWS} value={view} onChange={setView} />}
    >
      {view === 'json' ? (
        <PolicyText statements={statements} onChange={onChange} />
      ) : (
        <>
          {statements.length === 0 && (
            <p className={classes['soft']}>
              Without statements a role allows nothing. Each one allows or denies actions on resources.
            </p>
          )}
          {statements.map((statement, index) => (
            <StatementEditor
              key={statement.id}
              position={index + 1}
              statement={statement}
              onChange={(changes) => onChange(statements.with(index, { ...statement, ...changes }))}
              onRemove={() => onChange(statements.toSpliced(index, 1))}
            />
          ))}
          <div>
            <Button
              variant="default"
              size="xs"
              leftSection={<PlusIcon />}
              onClick={() => onChange([...statements, newStatement(newId())])}
            >
              Add statement
            </Button>
          </div>
        </>
      )}
    </Section>
  );
}

/** A policy as JSON; what cannot be read changes nothing. */
function PolicyText({ statements, onChange }: Omit<Props, 'denied'>) {
  const [text, setText] = useState(() => JSON.stringify(toPolicy(statements), null, 2));
  const [problem, setProblem] = useState<string>();
  const read = (typed: string) => {
    setText(typed);
    try {
      onChange(toDrafts(JSON.parse(JSON.stringify(readPolicyText(typed))), newId));
      setProblem(undefined);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <Textarea
      aria-label="Policy as JSON"
      description="A list of statements with effect, resources or notResources, actions or notActions"
      spellCheck={false}
      minRows={8}
      maxRows={30}
      classNames={{ input: classes['code'] ?? '' }}
      value={text}
      error={problem}
      onChange={(event) => read(event.currentTarget.value)}
    />
  );
}
