import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { newId } from '../../targeting/new-id.ts';
import { DurationInput } from '../../release/duration-input.tsx';
import { PlusIcon, TrashIcon } from '../../ui/icons.tsx';
import type { DraftGate } from './draft.ts';
import type { EditorScene } from './phase-list.tsx';
import classes from './pipelines.module.css';

const KINDS = [
  { value: 'confirm-rollout', label: 'before it begins' },
  { value: 'confirm-traffic-increase', label: 'before more traffic' },
  { value: 'confirm-promotion', label: 'before it completes' },
  { value: 'rollback', label: 'may take back' },
];
const ONE_MINUTE_MS = 60_000;

interface Props {
  readonly gates: readonly DraftGate[];
  readonly onChange: (gates: readonly DraftGate[]) => void;
  readonly path: string;
  readonly label: string;
  readonly scene: EditorScene;
}

/** Services outside that are asked by HTTP before a phase goes on. */
export function GateList({ gates, onChange, path, label, scene: { isLocked, problemAt } }: Props) {
  const set = (index: number, gate: DraftGate, changes: Partial<DraftGate>) =>
    onChange(gates.with(index, { ...gate, ...changes }));
  const blank = (): DraftGate => ({ id: newId(), kind: 'confirm-rollout', url: '', timeoutMillis: ONE_MINUTE_MS });
  return (
    <div className={classes['gates']}>
      {gates.map((gate, index) => {
        const at = (field: string) => problemAt(`${path}.configuration.gates[${index}].${field}`);
        return (
          <div key={gate.id} className={classes['gate']}>
            <TextInput
              aria-label={`Address of gate ${index + 1} of ${label}`}
              placeholder="https://checks.example.com/may-go-on"
              value={gate.url}
              disabled={isLocked}
              error={at('url')}
              onChange={(event) => set(index, gate, { url: event.currentTarget.value })}
            />
            <Select
              aria-label={`When gate ${index + 1} of ${label} is asked`}
              data={KINDS}
              value={gate.kind}
              disabled={isLocked}
              onChange={(kind) => kind !== null && set(index, gate, { kind })}
            />
            <DurationInput
              isLabelHidden
              label={`How long to wait for gate ${index + 1} of ${label}`}
              value={gate.timeoutMillis}
              isDisabled={isLocked}
              error={at('timeoutMillis')}
              onChange={(timeoutMillis) => set(index, gate, { timeoutMillis })}
            />
            <ActionIcon
              aria-label={`Remove gate ${index + 1} of ${label}`}
              disabled={isLocked}
              onClick={() => onChange(gates.toSpliced(index, 1))}
            >
              <TrashIcon />
            </ActionIcon>
          </div>
        );
      })}
      {!isLocked && (
        <Button
          variant="subtle"
          size="xs"
          leftSection={<PlusIcon size={14} />}
          onClick={() => onChange([...gates, blank()])}
        >
          Ask a service before {label} goes on
        </Button>
      )}
    </div>
  );
}
