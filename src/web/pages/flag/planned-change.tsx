import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Static } from 'typebox';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { ScheduledChangeRep } from '../../../wire/rest/scheduled-change.ts';
import { apiPath, request } from '../../api/request.ts';
import { useChange } from '../../api/use-api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MomentInput } from '../../ui/moment-input.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { changesOf } from './changes.ts';
import { toDraft } from './draft.ts';
import { namesOf } from './names.ts';
import type { PendingPlace } from './pending.tsx';
import classes from './pending.module.css';
import { rebase } from './rebase.ts';

type Plan = Static<typeof ScheduledChangeRep>;

interface Props {
  readonly place: PendingPlace;
  /** Of the flag in the environment. */
  readonly path: readonly string[];
  readonly plan: Plan;
  readonly by: string;
}

/** A change for a time to come: what it does, and the ways to move or to drop it. */
export function PlannedChange({ place, path, plan, by }: Props) {
  const [step, setStep] = useState<'none' | 'move' | 'delete'>('none');
  const [at, setAt] = useState<number | undefined>(plan.executionDate);
  const change = useChange([path, ['auditlog']]);
  const words = usePlanWords(place, plan);
  const segments = [...path, 'scheduled-changes', plan._id];
  const finish = async (done: string, how: Parameters<typeof change.mutateAsync>[0]) => {
    await change.mutateAsync(how);
    notifications.show({ message: done });
    setStep('none');
  };
  const move = () => {
    const instructions = [{ kind: 'updateScheduledChangesExecutionDate', value: at }];
    return finish('It has another time', { segments, method: 'PATCH', body: { instructions }, isSemanticPatch: true });
  };
  const drop = () => finish('It will not happen', { segments, method: 'DELETE' });
  return (
    <li>
      <div className={classes['head']}>
        <strong>
          <RelativeTime at={plan.executionDate} />
        </strong>
        <span>planned by {by}</span>
        <span className={classes['actions']}>
          <Button size="xs" variant="default" onClick={() => setStep('move')}>
            Change the time
          </Button>
          <Button size="xs" variant="subtle" color="red" onClick={() => setStep('delete')}>
            Delete
          </Button>
        </span>
      </div>
      <ul className={classes['words']}>
        {words.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
      {(plan.conflicts ?? []).map(({ reason }, index) => (
        <p key={index} className={classes['conflict']}>
          As things stand it cannot be carried out: {reason}
        </p>
      ))}
      {step === 'move' && (
        <div className={classes['step']}>
          <MomentInput label="New time" isLabelHidden value={at} onChange={setAt} />
          <Button
            size="xs"
            disabled={at === undefined || at <= Date.now()}
            loading={change.isPending}
            onClick={() => void move().catch(() => undefined)}
          >
            Move it
          </Button>
          <Button size="xs" variant="default" onClick={() => setStep('none')}>
            Keep the time
          </Button>
        </div>
      )}
      {step === 'delete' && (
        <div className={classes['step']}>
          <span>Nothing will happen at that time.</span>
          <Button size="xs" color="red" loading={change.isPending} onClick={() => void drop().catch(() => undefined)}>
            Delete the plan
          </Button>
          <Button size="xs" variant="default" onClick={() => setStep('none')}>
            Keep it
          </Button>
        </div>
      )}
      {change.error && <ErrorNotice error={change.error} />}
    </li>
  );
}

/** What a plan would do now, as the service works it out; the names of its instructions while that is not known. */
function usePlanWords({ projectKey, environmentKey, flag, stored, needed }: PendingPlace, plan: Plan) {
  const { instructions } = plan;
  const after = useQuery({
    queryKey: ['flags', projectKey, flag.key, 'planned', environmentKey, plan._id, plan._version, flag._version],
    queryFn: ({ signal }) =>
      request<FlagRep>(apiPath('flags', projectKey, flag.key), {
        method: 'PATCH',
        query: { dryRun: true, ignoreConflicts: true },
        body: { environmentKey, instructions },
        isSemanticPatch: true,
        signal,
      }),
    retry: false,
  }).data;
  const config = after?.environments?.[environmentKey];
  const words =
    after && config
      ? changesOf(stored, rebase(toDraft(after, config, needed, stored.ends), stored), namesOf(after, needed))
      : [];
  if (words.length > 0) return words.map((change) => change.words);
  return instructions.map((instruction) => kindWords((instruction as { readonly kind?: unknown }).kind));
}

/** `turnFlagOn` as `turn flag on`. */
function kindWords(kind: unknown): string {
  return typeof kind === 'string' ? kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : 'a change';
}
