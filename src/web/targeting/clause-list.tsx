import { Button } from '@mantine/core';
import { PlusIcon } from '../ui/icons.tsx';
import { type Clause } from './clause.ts';
import { ClauseEditor, type ClausePlace } from './clause-editor.tsx';
import { newId } from './new-id.ts';
import classes from './targeting.module.css';

interface Props {
  readonly place: ClausePlace;
  readonly clauses: readonly Clause[];
  /** Such as `rule 2`. */
  readonly label: string;
  readonly onChange: (clauses: readonly Clause[]) => void;
}

/** Conditions that all have to hold. */
export function ClauseList({ place, clauses, label, onChange }: Props) {
  const add = () => onChange([...clauses, newClause()]);
  return (
    <div className={classes['clauses']}>
      {clauses.map((clause, index) => (
        <div key={clause.id} className={classes['clauseRow']}>
          <span className={classes['joint']}>{index === 0 ? 'If' : 'and'}</span>
          <ClauseEditor
            place={place}
            clause={clause}
            label={`${index + 1} of ${label}`}
            onChange={(changed) => onChange(clauses.map((one) => (one.id === clause.id ? changed : one)))}
            onRemove={clauses.length === 1 ? undefined : () => onChange(clauses.filter(({ id }) => id !== clause.id))}
          />
        </div>
      ))}
      <Button
        variant="subtle"
        size="xs"
        leftSection={<PlusIcon size={14} />}
        onClick={add}
        className={classes['add'] ?? ''}
      >
        and another condition
      </Button>
    </div>
  );
}

/** A condition that somebody begins to write. */
export function newClause(): Clause {
  return { id: newId(), contextKind: 'user', attribute: '', op: 'in', values: [], negate: false };
}
