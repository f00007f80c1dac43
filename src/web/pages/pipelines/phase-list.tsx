import { Button, Checkbox, TextInput } from '@mantine/core';
import { DurationInput } from '../../release/duration-input.tsx';
import type { Environment } from '../../shell/use-project.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { newId } from '../../targeting/new-id.ts';
import { AudienceEditor } from './audience-editor.tsx';
import { type DraftPhase, newAudience, newPhase } from './draft.ts';
import { GateList } from './gate-list.tsx';
import { MoveButtons } from '../../ui/move-buttons.tsx';
import { Handle } from './handle.tsx';
import { moved } from '../../ui/moved.ts';
import { movedAudience, nextPlace } from './moves.ts';
import classes from './pipelines.module.css';
import type { ProblemAt } from './problems.ts';
import { type Reorder, useReorder } from './use-reorder.ts';

const MAX_PHASES = 10;

/** What all parts of the editor need to know. */
export interface EditorScene {
  readonly projectKey: string;
  readonly environments: readonly Environment[];
  /** Whether only names may change, because flags are on their way. */
  readonly isLocked: boolean;
  readonly isLegacy: boolean;
  readonly problemAt: ProblemAt;
}

interface ListProps {
  readonly phases: readonly DraftPhase[];
  readonly onChange: (phases: readonly DraftPhase[]) => void;
  readonly scene: EditorScene;
}

/** The phases of a pipeline in their order; they and their audiences are moved by dragging or by buttons. */
export function PhaseList({ phases, onChange, scene }: ListProps) {
  const reorder = useReorder(phases, onChange);
  const add = () => onChange([...phases, newPhase(newId, '', scene.environments[0]?.key)]);
  return (
    <>
      <ol className={classes['phases']}>
        {phases.map((phase, index) => (
          <PhaseCard
            key={phase.id}
            phase={phase}
            index={index}
            phases={phases}
            onChange={onChange}
            scene={scene}
            reorder={reorder}
          />
        ))}
      </ol>
      {!scene.isLocked && phases.length < MAX_PHASES && (
        <Button variant="default" leftSection={<PlusIcon />} onClick={add}>
          Add a phase
        </Button>
      )}
    </>
  );
}

function PhaseCard(props: ListProps & { phase: DraftPhase; index: number; reorder: Reorder }) {
  const { phase, index, phases, onChange, scene, reorder } = props;
  const { isLocked, isLegacy, problemAt } = scene;
  const path = `phases[${index}]`;
  const set = (changes: Partial<DraftPhase>) => onChange(phases.with(index, { ...phase, ...changes }));
  const move = (to: number) => () => onChange(moved(phases, index, to));
  const label = `phase ${index + 1}`;
  return (
    <li
      className={classes['phase']}
      data-card
      {...(!isLocked && reorder.phaseTarget(phase.id, index))}
      aria-label={phase.name === '' ? label : phase.name}
    >
      <div className={classes['phaseHead']}>
        {!isLocked && <Handle {...reorder.phaseHandle(index)} />}
        <span className={classes['number']}>{index + 1}</span>
        <TextInput
          className={classes['grow'] ?? ''}
          aria-label={`Name of ${label}`}
          placeholder="Name of the phase"
          value={phase.name}
          error={problemAt(`${path}.name`)}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {!isLocked && (
          <MoveButtons
            name={label}
            onUp={index > 0 ? move(index - 1) : undefined}
            onDown={index < phases.length - 1 ? move(index + 2) : undefined}
            onRemove={phases.length > 1 ? () => onChange(phases.toSpliced(index, 1)) : undefined}
          />
        )}
      </div>
      <ul className={classes['audiences']} aria-label={`Audiences of ${label}`}>
        {phase.audiences.map((audience, position) => {
          const place = { phase: index, audience: position };
          const go = (direction: 'up' | 'down') => {
            const to = nextPlace(phases, place, direction);
            const leavesNothing = to && to.phase !== index && phase.audiences.length === 1;
            return to && !leavesNothing ? () => onChange(movedAudience(phases, place, to)) : undefined;
          };
          return (
            <AudienceEditor
              key={audience.id}
              audience={audience}
              path={`${path}.audiences[${position}]`}
              label={`audience ${position + 1} of ${label}`}
              scene={scene}
              onChange={(changed) => set({ audiences: phase.audiences.with(position, changed) })}
              target={isLocked ? {} : reorder.audienceTarget(audience.id, place)}
              handle={reorder.audienceHandle(place)}
              onUp={go('up')}
              onDown={go('down')}
              onRemove={
                phase.audiences.length > 1
                  ? () => set({ audiences: phase.audiences.toSpliced(position, 1) })
                  : undefined
              }
            />
          );
        })}
      </ul>
      {problemAt(`${path}.audiences`) && <p className={classes['problem']}>{problemAt(`${path}.audiences`)}</p>}
      {!isLocked && (
        <Button
          variant="subtle"
          size="xs"
          leftSection={<PlusIcon size={14} />}
          onClick={() => set({ audiences: [...phase.audiences, newAudience(newId, scene.environments[0]?.key)] })}
        >
          Add an audience to {label}
        </Button>
      )}
      {!isLegacy && (
        <div className={classes['phaseSettings']}>
          {index > 0 && (
            <Checkbox
              label="Starts by itself when the phase before it is complete"
              checked={phase.startsAutomatically}
              disabled={isLocked}
              onChange={(event) => set({ startsAutomatically: event.currentTarget.checked })}
            />
          )}
          <DurationInput
            label="Bake time"
            value={phase.bakeTimeMs}
            isDisabled={isLocked}
            error={problemAt(`${path}.configuration.bakeTimeDurationMs`)}
            onChange={(bakeTimeMs) => set({ bakeTimeMs })}
          />
          <GateList gates={phase.gates} onChange={(gates) => set({ gates })} path={path} label={label} scene={scene} />
        </div>
      )}
    </li>
  );
}
