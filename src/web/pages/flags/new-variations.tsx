import { ActionIcon, Button, Select, Textarea, TextInput } from '@mantine/core';
import { MinusIcon, PlusIcon } from '../../ui/icons.tsx';
import classes from './flags.module.css';
import { type NewFlag, type NewVariation, valueProblem } from './new-flag.ts';

interface Props {
  readonly flag: NewFlag;
  readonly onChange: (changes: Partial<NewFlag>) => void;
}

const PLACEHOLDERS = { string: 'Value', number: '42', json: '{"columns": 3}', boolean: '', migration: '' } as const;

/** The values that a new flag can serve, and which of them it serves at first. */
export function NewVariations({ flag, onChange }: Props) {
  const { variations, kind } = flag;
  const change = (id: number, changes: Partial<NewVariation>) =>
    onChange({ variations: variations.map((one) => (one.id === id ? { ...one, ...changes } : one)) });
  const add = () => {
    const id = Math.max(...variations.map((one) => one.id)) + 1;
    onChange({ variations: [...variations, { id, value: '', name: '' }] });
  };
  const remove = (id: number) => {
    const rest = variations.filter((one) => one.id !== id);
    const fit = (position: number) => Math.min(position, rest.length - 1);
    onChange({ variations: rest, onVariation: fit(flag.onVariation), offVariation: fit(flag.offVariation) });
  };
  return (
    <fieldset className={classes['variations']}>
      <legend>Variations</legend>
      {variations.map(({ id, value, name }, index) => (
        <div key={id} className={classes['variation']}>
          <Textarea
            minRows={1}
            aria-label={`Value of variation ${index + 1}`}
            placeholder={PLACEHOLDERS[kind]}
            value={value}
            error={value !== '' && valueProblem(kind, value)}
            onChange={(event) => change(id, { value: event.currentTarget.value })}
            classNames={{ input: classes[kind === 'json' ? 'code' : 'value'] ?? '' }}
          />
          <TextInput
            aria-label={`Name of variation ${index + 1}`}
            placeholder="Name (optional)"
            value={name}
            onChange={(event) => change(id, { name: event.currentTarget.value })}
          />
          <ActionIcon
            size="lg"
            aria-label={`Remove variation ${index + 1}`}
            disabled={variations.length === 1}
            onClick={() => remove(id)}
          >
            <MinusIcon />
          </ActionIcon>
        </div>
      ))}
      <Button variant="subtle" size="xs" leftSection={<PlusIcon />} onClick={add} className={classes['add'] ?? ''}>
        Add a variation
      </Button>
      <div className={classes['pair']}>
        <PositionSelect
          label="Served when on"
          flag={flag}
          value={flag.onVariation}
          onChange={(onVariation) => onChange({ onVariation })}
        />
        <PositionSelect
          label="Served when off"
          flag={flag}
          value={flag.offVariation}
          onChange={(offVariation) => onChange({ offVariation })}
        />
      </div>
    </fieldset>
  );
}

function PositionSelect(props: { label: string; flag: NewFlag; value: number; onChange: (position: number) => void }) {
  const data = props.flag.variations.map(({ name, value }, index) => ({
    value: String(index),
    label: name || value || `Variation ${index + 1}`,
  }));
  return (
    <Select
      label={props.label}
      data={data}
      value={String(props.value)}
      onChange={(value) => props.onChange(Number(value))}
    />
  );
}
