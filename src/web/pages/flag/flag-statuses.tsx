import type { Static } from 'typebox';
import type { FlagStatusEverywhere } from '../../../wire/rest/flag-status.ts';
import { useApi } from '../../api/use-api.ts';
import type { Environment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EnvironmentMark, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './insights.module.css';

/** What the statuses mean (docs/wire/flag-statuses.md). */
const MEANINGS: Readonly<Record<string, string>> = {
  new: 'No SDK has asked for it yet; it is young',
  active: 'Asked for in the last 7 days',
  inactive: 'Not asked for in the last 7 days',
  launched: 'Asked for, and serves the same to all since 7 days',
};

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly environments: readonly Environment[];
}

/** Whether anybody asks for a flag, in each environment. */
export function FlagStatuses({ projectKey, flagKey, environments }: Props) {
  const { data, error, refetch } = useApi<Static<typeof FlagStatusEverywhere>>(['flag-status', projectKey, flagKey]);
  return (
    <Section title="Status">
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows count={2} />}
      {data && (
        <ul className={classes['statuses']} aria-label="Status in each environment">
          {environments.map(({ key, name, color, isProduction }) => (
            <li key={key}>
              <span className={classes['place']}>
                <EnvironmentMark color={color} isCritical={isProduction} />
                <span>{name}</span>
              </span>
              <Status status={data.environments[key]} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Status({ status }: { status: Static<typeof FlagStatusEverywhere>['environments'][string] | undefined }) {
  if (!status) return null;
  return (
    <>
      <strong data-status={status.name}>{status.name}</strong>
      <span className={classes['meaning']}>
        {MEANINGS[status.name]}
        {status.lastRequested !== undefined && (
          <>
            , last <RelativeTime at={Date.parse(status.lastRequested)} />
          </>
        )}
        {status.default !== undefined && (
          <>
            ; code passes the default <code>{JSON.stringify(status.default)}</code>
          </>
        )}
      </span>
    </>
  );
}
