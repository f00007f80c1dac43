import { Button, Group } from '@mantine/core';
import type { Static } from 'typebox';
import type { AutomatedReleaseRep, LookCollection } from '../../../wire/rest/automated-release.ts';
import type { ReleaseRep } from '../../../wire/rest/release.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { durationWords } from '../../release/duration.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Metric } from './metric.tsx';
import classes from './release.module.css';
import { isRunning, mismatchWords, runWords } from './verdict.ts';

const ASKED_EVERY_MS = 5000;

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly audience: ReleaseRep['phases'][number]['_audiences'][number];
}

/** The rollout of an audience: its stages, what was measured, and the ways to end it. */
export function Guarded({ projectKey, flagKey, audience }: Props) {
  const href = audience._links?.['automatedRelease']?.href ?? '';
  const id = decodeURIComponent(href.slice(href.lastIndexOf('/') + 1));
  const path = ['projects', projectKey, 'environments', audience.environment?.key ?? '', 'automated-releases', id];
  const rollout = useApi<AutomatedReleaseRep>(path, { isBeta: true, everyMs: ASKED_EVERY_MS });
  const looks = useApi<Static<typeof LookCollection>>([...path, 'looks'], { isBeta: true, everyMs: ASKED_EVERY_MS });
  const failed = [rollout, looks].find(({ error }) => error !== null);
  if (failed) return <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!rollout.data || !looks.data) return <SkeletonRows count={2} height={60} />;
  const mismatch = mismatchWords(rollout.data);
  return (
    <section className={classes['guarded']} aria-label={`Rollout to ${audience.name}`}>
      <p>
        <strong>{runWords(rollout.data.status)}</strong>
        {rollout.data.units && (
          <span>
            {' · '}
            {rollout.data.units.target.toLocaleString('en')} contexts with the new variation,{' '}
            {rollout.data.units.control.toLocaleString('en')} without
          </span>
        )}
      </p>
      <Ladder rollout={rollout.data} />
      {mismatch && (
        <p className={classes['warning']} role="note">
          {mismatch}
        </p>
      )}
      {rollout.data.metricConfigurations.map((metric) => (
        <Metric key={metric.metricKey} projectKey={projectKey} metric={metric} looks={looks.data.items} path={path} />
      ))}
      {isRunning(rollout.data) && (
        <Endings projectKey={projectKey} flagKey={flagKey} rollout={rollout.data} name={audience.name} path={path} />
      )}
    </section>
  );
}

/** The stages of a rollout, how much traffic each has, and where it is. */
function Ladder({ rollout }: { rollout: AutomatedReleaseRep }) {
  const { stages, latestStageIndex } = rollout;
  const running = isRunning(rollout);
  return (
    <ol className={classes['ladder']} aria-label="Stages">
      {stages.map(({ stageIndex, allocation, durationMillis, startedAtMillis, extended }) => {
        const state = stageIndex < latestStageIndex || !running ? 'past' : 'now';
        return (
          <li
            key={stageIndex}
            data-state={startedAtMillis === undefined ? 'later' : state}
            aria-current={running && stageIndex === latestStageIndex ? 'step' : undefined}
          >
            <strong>{allocation / 1000} %</strong>
            <span>{durationWords(durationMillis)}</span>
            {startedAtMillis !== undefined && (
              <small>
                begun <RelativeTime at={startedAtMillis} />
                {extended && ', extended'}
              </small>
            )}
          </li>
        );
      })}
    </ol>
  );
}

interface EndingsProps {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly rollout: AutomatedReleaseRep;
  readonly name: string;
  readonly path: readonly string[];
}

/** Ends a rollout by hand: everybody gets the new variation, or the old one. */
function Endings({ projectKey, flagKey, rollout, name, path }: EndingsProps) {
  const stop = useChange([path, ['projects', projectKey, 'flags', flagKey]]);
  const { environmentKey, ruleIdOrFallthrough, originalVariationId, targetVariationId } = rollout;
  const end = (finalVariationId: string) =>
    stop.mutate({
      segments: ['flags', projectKey, flagKey],
      method: 'PATCH',
      isSemanticPatch: true,
      body: {
        environmentKey,
        instructions: [
          {
            kind: 'stopAutomatedRelease',
            finalVariationId,
            ...(ruleIdOrFallthrough !== 'fallthrough' && { ruleId: ruleIdOrFallthrough }),
          },
        ],
      },
    });
  return (
    <>
      <Group gap="xs">
        <Button size="xs" variant="default" disabled={stop.isPending} onClick={() => end(targetVariationId)}>
          Roll forward to all of {name}
        </Button>
        <Button
          size="xs"
          variant="outline"
          color="red"
          disabled={stop.isPending}
          onClick={() => end(originalVariationId)}
        >
          Roll back {name}
        </Button>
      </Group>
      {stop.error && <ErrorNotice error={stop.error} />}
    </>
  );
}
