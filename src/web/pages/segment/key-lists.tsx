import { Button, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { PlusIcon } from '../../ui/icons.tsx';
import classes from './segment.module.css';
import type { KeyList } from './segment-draft.ts';

interface Props {
  /** Such as `Included`. */
  readonly label: string;
  readonly lists: readonly KeyList[];
  readonly onChange: (lists: readonly KeyList[]) => void;
}

/** Keys, one list for each kind of context. */
export function KeyLists({ label, lists, onChange }: Props) {
  const [kind, setKind] = useState('');
  const isNew = kind.trim() !== '' && lists.every(({ contextKind }) => contextKind !== kind.trim());
  return (
    <>
      {lists.map(({ contextKind, values }) => (
        <TagsInput
          key={contextKind}
          label={contextKind}
          aria-label={`${label} keys of ${contextKind}`}
          placeholder="Add keys"
          value={[...values]}
          onChange={(changed) =>
            onChange(lists.map((list) => (list.contextKind === contextKind ? { contextKind, values: changed } : list)))
          }
          splitChars={[',', '\n', ' ']}
          maxDropdownHeight={0}
        />
      ))}
      <div className={classes['adding']}>
        <TextInput
          aria-label={`Another context kind, ${label.toLowerCase()}`}
          placeholder="Another kind, such as organization"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
        <Button
          variant="default"
          leftSection={<PlusIcon />}
          disabled={!isNew}
          onClick={() => {
            onChange([...lists, { contextKind: kind.trim(), values: [] }]);
            setKind('');
          }}
        >
          Add kind
        </Button>
      </div>
    </>
  );
}
