import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import { METRIC_ACTIONS } from '../../../domain/metric.ts';
import type { MetricRep } from '../../../wire/rest/metric.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useLeaveGuard } from '../../ui/leave-guard.ts';
import { About, Breadcrumb, PageHead, Sections, SkeletonRows } from '../../ui/parts.tsx';
import { Section } from '../../ui/section.tsx';
import { NameFields } from '../../ui/form-dialog.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { type MetricEdit, metricPatch, metricProblem, toEdit } from './metric-edit.ts';
import { MetricFields } from './metric-fields.tsx';
import { MetricUses } from './metric-uses.tsx';
import { metricWords } from './metric-words.ts';
import classes from './metrics.module.css';

interface Props {
  readonly projectKey: string;
  readonly metricKey: string;
}

/** A metric: what it measures, what uses it, its settings and its end. */
export function Metric({ projectKey, metricKey }: Props) {
  const metric = useApi<MetricRep>(['metrics', projectKey, metricKey], {
    query: { expand: 'guardedRollouts,metricGroups' },
  });
  useTitle(metric.data?.name ?? metricKey);
  const list = `/projects/${encodeURIComponent(projectKey)}/metrics`;
  if (metric.error) return <ErrorNotice error={metric.error} onRetry={() => void metric.refetch()} />;
  if (!metric.data) return <SkeletonRows count={6} />;
  const { name, key, tags, description } = metric.data;
  return (
    <>
      <Breadcrumb href={list} label="Metrics" />
      <PageHead title={name} below={<About keyText={key} tags={tags} description={description} />} />
      <Sections>
        <Section title="What it measures">
          <p className={classes['words']}>{metricWords(metric.data)}</p>
        </Section>
        <MetricUses projectKey={projectKey} metric={metric.data} />
        <Settings projectKey={projectKey} metric={metric.data} />
      </Sections>
    </>
  );
}

function Settings({ projectKey, metric }: { projectKey: string; metric: MetricRep }) {
  const [edit, setEdit] = useState<MetricEdit>();
  const path = ['metrics', projectKey, metric.key];
  const change = useChange([
    ['metrics', projectKey],
    ['projects', projectKey, 'metric-groups'],
    ['auditlog'],
    ['tags'],
  ]);
  const [isDeleting, deleting] = useDisclosure();
  const [, go] = useLocation();
  const project = useSpecifiedProject(projectKey);
  const why = useRights();
  const whyNot = (action: string) =>
    why(project && accessesTo(specifier.inProject(project, 'metric', metric), [action]));
  const stored = toEdit(metric);
  const current = edit ?? stored;
  const patch = edit ? metricPatch(stored, edit) : [];
  const problem = metricProblem(current);
  useLeaveGuard(patch.length > 0);
  const set = (changes: Partial<MetricEdit>) => setEdit({ ...current, ...changes });
  const save = async () => {
    await change.mutateAsync({ segments: path, method: 'PATCH', body: patch });
    notifications.show({ message: `${current.name.trim()} is saved` });
    setEdit(undefined);
  };
  const remove = async () => {
    await change.mutateAsync({ segments: path, method: 'DELETE' });
    notifications.show({ message: `${metric.name} is deleted` });
    go(`/projects/${encodeURIComponent(projectKey)}/metrics`);
  };
  return (
    <>
      <Section
        title="Settings"
        hint="What changes is for rollouts that begin later; those that are on their way go on by what they began with."
        denied={denialOfAll(Object.values(METRIC_ACTIONS).map(whyNot))}
        onSubmit={() => void save().catch(() => undefined)}
      >
        <NameFields name={current.name} onName={(name) => set({ name })} />
        <MetricFields projectKey={projectKey} edit={current} onChange={set} />
        {change.error && !isDeleting && <ErrorNotice error={change.error} />}
        {patch.length > 0 && (
          <Group justify="flex-end">
            <span role="status">{problem}</span>
            <Button variant="default" onClick={() => setEdit(undefined)}>
              Discard
            </Button>
            <Button type="submit" loading={change.isPending} disabled={problem !== undefined}>
              Save settings
            </Button>
          </Group>
        )}
      </Section>
      <Section title="End of the metric">
        <div className={classes['end']}>
          <span>A metric can be deleted once no flag, pipeline, rollout or group needs it.</span>
          <RightButton variant="outline" color="red" denied={whyNot('deleteMetric')} onClick={deleting.open}>
            Delete metric…
          </RightButton>
        </div>
      </Section>
      <ConfirmByKey
        isOpen={isDeleting}
        title={`Delete ${metric.name}?`}
        confirmKey={metric.key}
        action="Delete for good"
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => void remove().catch(() => undefined)}
        onClose={() => {
          change.reset();
          deleting.close();
        }}
      >
        What has been measured by it stays with the releases that it was measured for. Nothing is measured by it any
        more.
      </ConfirmByKey>
    </>
  );
}
