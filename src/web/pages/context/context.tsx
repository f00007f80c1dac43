import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/use-api.ts';
import { useEnvironment } from '../../shell/use-project.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { AlertIcon } from '../../ui/icons.tsx';
import { EmptyState, PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Section } from '../../ui/section.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import { partsOf, type SeenCollection, type SingleContext, titleOf } from '../contexts/seen-context.ts';
import classes from './context.module.css';
import { Served } from './served.tsx';

/** One context, or instance: what is known of it, and what every flag gives it. */
export function ContextPage({ projectKey }: { projectKey: string }) {
  const { get } = useUrlState();
  const { environment } = useEnvironment(projectKey);
  const instance = get('instance');
  const which =
    instance === undefined ? ['contexts', get('kind') ?? '', get('key') ?? ''] : ['context-instances', instance];
  const found = useApi<SeenCollection>(['projects', projectKey, 'environments', environment?.key ?? '', ...which], {
    isEnabled: environment !== undefined,
  });
  const latest = found.data?.items.toSorted((a, b) => b.lastSeen.localeCompare(a.lastSeen))[0];
  const title = latest ? titleOf(latest.context) : (get('key') ?? 'Context');
  useTitle(title);
  const list = `/projects/${encodeURIComponent(projectKey)}/contexts`;
  return (
    <>
      <PageHead
        above={
          <Link className={classes['above'] ?? ''} href={list}>
            Contexts
          </Link>
        }
        title={title}
        below={environment && <p className={classes['below']}>As seen in {environment.name}</p>}
      />
      {found.error && <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />}
      {!found.error && !found.data && <SkeletonRows count={6} />}
      {found.data && !latest && (
        <EmptyState icon={<AlertIcon size={22} />} title="This context is not remembered">
          It has not been seen in this environment in the last 30 days, or it has been forgotten.
        </EmptyState>
      )}
      {found.data && latest && environment && (
        <div className={classes['columns']}>
          <Served projectKey={projectKey} environmentKey={environment.key} context={latest.context} />
          <div className={classes['side']}>
            {partsOf(latest.context).map((part) => (
              <Attributes key={part.kind} part={part} context={latest.context} />
            ))}
            <Section title="Seen">
              <DataTable
                label="Applications"
                columns={[{ label: 'Application' }, { label: 'Last seen', width: '50%' }]}
                rows={found.data.items.map(({ applicationId, lastSeen }) => ({
                  key: applicationId ?? '',
                  cells: [applicationId ?? 'not named', <RelativeTime key="seen" at={Date.parse(lastSeen)} />],
                }))}
              />
            </Section>
          </div>
        </div>
      )}
    </>
  );
}

function Attributes({ part, context }: { part: SingleContext; context: unknown }) {
  const kept = redactedOf(context, part.kind);
  const entries: readonly (readonly [string, ReactNode])[] = [
    ['kind', part.kind],
    ['key', part.key],
    ...Object.entries(part.attributes).map(([name, value]) => [name, valueWords(value)] as const),
    ...kept.map((name) => [name, <em key={name}>kept back by the SDK</em>] as const),
  ];
  return (
    <Section title={part.kind}>
      <dl className={classes['attributes']}>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

const valueWords = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Names of private attributes, which SDKs tell of without the values. */
function redactedOf(context: unknown, kind: string): readonly string[] {
  const document = context as Record<string, unknown>;
  const part = (document['kind'] === 'multi' ? document[kind] : document) as {
    _meta?: { redactedAttributes?: unknown };
  };
  const names = part._meta?.redactedAttributes;
  return Array.isArray(names) ? names.map(String) : [];
}
