import { Skeleton } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { Link } from 'wouter';
import type { ProgressionCollection } from '../../../wire/rest/release-progression.ts';
import type { ExplanationRep } from '../../../wire/rest/release-steering.ts';
import { useApi } from '../../api/use-api.ts';
import { GoesOn } from '../../release/goes-on.tsx';
import { releaseAddress, releasePath } from '../../release/paths.ts';
import { mostUrgent, releaseLook } from '../../release/state.ts';
import { StateBadge } from '../../release/state-badge.tsx';
import { messageOf } from '../../ui/error-notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './releases.module.css';

const ASKED_EVERY_MS = 10_000;

interface Props {
  readonly projectKey: string;
  readonly progression: ProgressionCollection['items'][number];
  /** Of the flag, once it is known. */
  readonly name: string | undefined;
}

/** A release: its flag, its state, and what it waits for, which is asked once the card is seen. */
export function ReleaseCard({ projectKey, progression, name }: Props) {
  const { flagKey, _createdAt } = progression;
  const { ref, inViewport } = useInViewport();
  const { data, error } = useApi<ExplanationRep>(releasePath(projectKey, flagKey, 'explain'), {
    isBeta: true,
    isEnabled: inViewport,
    everyMs: ASKED_EVERY_MS,
  });
  const wait = data && mostUrgent(data.waits);
  return (
    <article ref={ref} className={classes['release']} aria-label={name ?? flagKey}>
      <Link href={releaseAddress(projectKey, flagKey)}>{name ?? flagKey}</Link>
      <code>{flagKey}</code>
      <div className={classes['state']}>
        {data ? <StateBadge look={releaseLook(data)} /> : <Skeleton height={18} width={110} radius="xl" />}
        <span>
          begun <RelativeTime at={_createdAt} />
        </span>
      </div>
      {error && <p>{messageOf(error)}</p>}
      {wait && (
        <p>
          {wait.message}
          {wait.until !== undefined && (
            <>
              ; goes on <GoesOn wait={wait} />
            </>
          )}
        </p>
      )}
    </article>
  );
}
