import { ActionIcon, Button, Group, Select, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { useChange } from '../../api/use-api.ts';
import { newId } from '../../targeting/new-id.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MinusIcon, PlusIcon } from '../../ui/icons.tsx';
import { useLeaveGuard } from '../../ui/leave-guard.ts';
import { Section } from '../../ui/section.tsx';
import { VariationMark } from '../../ui/variation.tsx';
import classes from './flag.module.css';
import {
  type EditedVariation,
  toEdited,
  type VariationEdit,
  variationInstructions,
  variationProblem,
} from './variation-edit.ts';

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
}

/** What a flag can serve, in all environments. */
export function Variations({ projectKey, flag }: Props) {
  const [edit, setEdit] = useState<VariationEdit>();
  const save = useChange([['flags', projectKey], ['auditlog']]);
  const current = edit ?? toEdited(flag);
  const instructions = edit ? variationInstructions(flag, edit) : [];
  const areValuesFixed = flag.kind === 'boolean' || flag._purpose === 'migration';
  useLeaveGuard(instructions.length > 0);
  const set = (id: string, changes: Partial<EditedVariation>) =>
    setEdit({
      ...current,
      variations: current.variations.map((one) => (one.id === id ? { ...one, ...changes } : one)),
    });
  const submit = async () => {
    const segments = ['flags', projectKey, flag.key];
    await save.mutateAsync({ segments, method: 'PATCH', body: { instructions }, isSemanticPatch: true });
    notifications.show({ message: 'Variations are saved' });
    setEdit(undefined);
  };
  const problem = variationProblem(current);
  const hint = areValuesFixed
    ? 'The values of this kind of flag are fixed; names are yours.'
    : 'Text in double quotes, numbers, true, false, or any other JSON.';
  return (
    <Section title="Variations" hint={hint} onSubmit={() => void submit().catch(() => undefined)}>
      {current.variations.map((variation, index) => (
        <VariationRow
          key={variation.id}
          variation={variation}
          index={index}
          isFixed={areValuesFixed}
          onChange={(changes) => set(variation.id, changes)}
          onRemove={
            areValuesFixed || current.variations.length === 1
              ? undefined
              : () => setEdit({ ...current, variations: current.variations.filter(({ id }) => id !== variation.id) })
          }
        />
      ))}
      {!areValuesFixed && (
        <Button
          variant="default"
          leftSection={<PlusIcon />}
          className={classes['add'] ?? ''}
          onClick={() => {
            const fresh = { id: newId(), isNew: true, value: '', name: '', description: '' };
            setEdit({ ...current, variations: [...current.variations, fresh] });
          }}
        >
          Add variation
        </Button>
      )}
      <div className={classes['presets']}>
        {(['onId', 'offId'] as const).map((part) => (
          <Select
            key={part}
            label={part === 'onId' ? 'New environments serve when on' : 'New environments serve when off'}
            data={current.variations
              .filter(({ isNew }) => !isNew)
              .map(({ id, name, value }) => ({ value: id, label: name || value }))}
            value={current[part]}
            onChange={(id) => id !== null && setEdit({ ...current, [part]: id })}
          />
        ))}
      </div>
      {save.error && <ErrorNotice error={save.error} />}
      {edit && (
        <Group justify="flex-end">
          {problem && <span className={classes['problem']}>{problem}</span>}
          <Button variant="default" onClick={() => setEdit(undefined)}>
            Discard
          </Button>
          <Button type="submit" loading={save.isPending} disabled={problem !== undefined || instructions.length === 0}>
            Save variations
          </Button>
        </Group>
      )}
    </Section>
  );
}

interface RowProps {
  readonly variation: EditedVariation;
  readonly index: number;
  readonly isFixed: boolean;
  readonly onChange: (changes: Partial<EditedVariation>) => void;
  readonly onRemove: (() => void) | undefined;
}

function VariationRow({ variation, index, isFixed, onChange, onRemove }: RowProps) {
  const number = index + 1;
  return (
    <div className={classes['variationRow']} role="group" aria-label={`Variation ${number}`}>
      <VariationMark index={index} />
      <Textarea
        aria-label={`Value of variation ${number}`}
        placeholder="Value"
        minRows={1}
        classNames={{ input: classes['code'] ?? '' }}
        readOnly={isFixed}
        spellCheck={false}
        value={variation.value}
        onChange={(event) => onChange({ value: event.currentTarget.value })}
      />
      <TextInput
        aria-label={`Name of variation ${number}`}
        placeholder="Name"
        value={variation.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TextInput
        aria-label={`Description of variation ${number}`}
        placeholder="Description"
        value={variation.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      {onRemove ? (
        <ActionIcon size="lg" aria-label={`Remove variation ${number}`} onClick={onRemove}>
          <MinusIcon />
        </ActionIcon>
      ) : (
        <span />
      )}
    </div>
  );
}
