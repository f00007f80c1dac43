import { SegmentedControl } from '@mantine/core';
import type { EvaluationUsage } from '../../../wire/rest/evaluation-usage.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { useApi } from '../../api/use-api.ts';
import { EnvironmentTabs } from '../../shell/environment-tabs.tsx';
import { type Environment, useEnvironment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import { Section } from '../../ui/section.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { VariationMark } from '../../ui/variation.tsx';
import { FlagStatuses } from './flag-statuses.tsx';
import classes from './insights.module.css';
import { beginOf, RANGES, shareWords, toUsage, type Usage } from './usage.ts';
import { UsageChart } from './usage-chart.tsx';

const REFRESH_MS = 60_000;
const TIMES = {
  minute: new Intl.DateTimeFormat('en', { timeStyle: 'short' }),
  hour: new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }),
  day: new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' }),
};

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
}

/** How a flag is used: what it has served over time, and whether anybody still asks for it. */
export function Insights({ projectKey, flag }: Props) {
  const { environment, environments, choose, error, refetch } = useEnvironment(projectKey);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!environment) return <SkeletonRows count={6} />;
  return (
    <>
      <EnvironmentTabs environments={environments} current={environment} onChoose={choose} />
      <div className={classes['insights']}>
        <Evaluations projectKey={projectKey} flag={flag} environment={environment} />
        <FlagStatuses projectKey={projectKey} flagKey={flag.key} environments={environments} />
      </div>
    </>
  );
}

function Evaluations({ projectKey, flag, environment }: Props & { environment: Environment }) {
  const { get, change } = useUrlState();
  const range = RANGES.find(({ value }) => value === get('range')) ?? RANGES[1];
  if (!range) return null;
  return (
    <Section
      title="Evaluations"
      hint={`How often SDKs in ${environment.name} have served each variation.`}
      action={
        <SegmentedControl
          aria-label="Range"
          size="xs"
          data={RANGES.map(({ value, label }) => ({ value, label }))}
          value={range.value}
          onChange={(value) => change({ range: value })}
        />
      }
    >
      <Counts path={['usage', 'evaluations', projectKey, environment.key, flag.key]} range={range} />
    </Section>
  );
}

function Counts({ path, range }: { path: readonly string[]; range: (typeof RANGES)[number] }) {
  const answer = useApi<EvaluationUsage>(path, {
    query: { from: beginOf(range, Date.now()), tz: Intl.DateTimeFormat().resolvedOptions().timeZone },
    isBeta: true,
    keepsFormer: true,
    everyMs: REFRESH_MS,
  });
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <SkeletonRows count={4} />;
  const usage = toUsage(answer.data);
  if (usage.total === 0) {
    return (
      <p className={classes['none']}>
        No SDK has told of an evaluation in this time. Counts arrive with the events that SDKs send, usually within a
        minute.
      </p>
    );
  }
  const timeWords = (at: number) => TIMES[range.slice].format(new Date(at));
  const words = usage.served.map(({ label, total }) => `${label} ${total.toLocaleString('en')} times`).join(', ');
  return (
    <>
      <UsageChart usage={usage} timeWords={timeWords} words={`Evaluations by ${range.slice}: ${words}`} />
      <Totals usage={usage} />
      <details className={classes['details']}>
        <summary>As a table</summary>
        <div className={classes['scroll']} tabIndex={0} role="region" aria-label="Evaluations as a table">
          <UsageTable usage={usage} timeWords={timeWords} />
        </div>
      </details>
    </>
  );
}

function Totals({ usage: { served, total } }: { usage: Usage }) {
  return (
    <ul className={classes['totals']} aria-label="Served in all">
      {served.map(({ label, position, total: part }) => (
        <li key={position ?? 'default'}>
          {position === undefined ? <span className={classes['defaultMark']} /> : <VariationMark index={position} />}
          <span>{label}</span>
          <strong>{part.toLocaleString('en')}</strong>
          <small>{shareWords(part, total)}</small>
        </li>
      ))}
    </ul>
  );
}

/** Slices in which anything was counted, the latest first. */
function UsageTable({ usage: { served, slices }, timeWords }: { usage: Usage; timeWords: (at: number) => string }) {
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th scope="col">From</th>
          {served.map(({ label, position }) => (
            <th key={position ?? 'default'} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {slices
          .filter(({ total }) => total > 0)
          .toReversed()
          .map(({ at, counts }) => (
            <tr key={at}>
              <th scope="row">{timeWords(at)}</th>
              {counts.map((count, index) => (
                <td key={index}>{count.toLocaleString('en')}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}
