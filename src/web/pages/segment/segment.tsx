import { Checkbox, NumberInput } from '@mantine/core';
import type { SegmentRep } from '../../../wire/rest/segment.ts';
import { useApi } from '../../api/use-api.ts';
import { EnvironmentTabs } from '../../shell/environment-tabs.tsx';
import { type Environment, useEnvironment } from '../../shell/use-project.ts';
import { clauseProblem } from '../../targeting/clause.ts';
import { newClause } from '../../targeting/clause-list.tsx';
import { newId } from '../../targeting/new-id.ts';
import { RuleList } from '../../targeting/rule-list.tsx';
import { SaveBar } from '../../targeting/save-bar.tsx';
import { useDraft } from '../../targeting/use-draft.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { About, Breadcrumb, PageHead, Sections, SkeletonRows } from '../../ui/parts.tsx';
import { Section } from '../../ui/section.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { KeyLists } from './key-lists.tsx';
import classes from './segment.module.css';
import { segmentChanges, type SegmentDraft, type SegmentRule, toSegmentDraft } from './segment-draft.ts';
import { SegmentSettings } from './segment-settings.tsx';

const DEFAULT_PERCENT = 50;

/** A segment in an environment: who belongs to it, what it is, and which flags speak of it. */
export function Segment({ projectKey, segmentKey }: { projectKey: string; segmentKey: string }) {
  const { environment, environments, choose, error, refetch } = useEnvironment(projectKey);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!environment) return <SkeletonRows count={6} />;
  const list = `/projects/${encodeURIComponent(projectKey)}/segments?env=${encodeURIComponent(environment.key)}`;
  return (
    <>
      <Breadcrumb href={list} label="Segments" />
      <div className={classes['environments']}>
        <EnvironmentTabs environments={environments} current={environment} onChoose={choose} />
      </div>
      <InEnvironment key={environment.key} projectKey={projectKey} segmentKey={segmentKey} environment={environment} />
    </>
  );
}

interface PlaceProps {
  readonly projectKey: string;
  readonly environment: Environment;
}

function InEnvironment({ projectKey, segmentKey, environment }: PlaceProps & { segmentKey: string }) {
  const segment = useApi<SegmentRep>(['segments', projectKey, environment.key, segmentKey]);
  useTitle(segment.data?.name ?? segmentKey);
  if (segment.error) return <ErrorNotice error={segment.error} onRetry={() => void segment.refetch()} />;
  if (!segment.data) return <SkeletonRows count={6} />;
  const { name, key, description, tags, unbounded } = segment.data;
  return (
    <>
      <PageHead title={name} below={<About keyText={key} tags={tags} description={description} />} />
      <Sections>
        {unbounded ? (
          <BigSegment segment={segment.data} />
        ) : (
          <Editor projectKey={projectKey} environment={environment} segment={segment.data} />
        )}
        <SegmentSettings projectKey={projectKey} environmentKey={environment.key} segment={segment.data} />
      </Sections>
    </>
  );
}

function Editor({ projectKey, environment, segment }: PlaceProps & { segment: SegmentRep }) {
  const { draft, base, change, discard, isBehind } = useDraft<SegmentDraft>(toSegmentDraft(segment), segment.version);
  const place = { projectKey, environmentKey: environment.key };
  const path = ['segments', projectKey, environment.key, segment.key];
  return (
    <>
      <Section title="Included keys" hint="They belong to the segment whatever else is true.">
        <KeyLists label="Included" lists={draft.included} onChange={(included) => change({ included })} />
      </Section>
      <Section title="Excluded keys" hint="The rules do not make them belong to the segment.">
        <KeyLists label="Excluded" lists={draft.excluded} onChange={(excluded) => change({ excluded })} />
      </Section>
      <Section title="Rules" hint="Whoever any of them matches belongs to the segment.">
        <RuleList
          place={place}
          rules={draft.rules}
          newRule={newRule}
          onChange={(rules) => change({ rules })}
          effect={(rule, label, changeRule) => <Share rule={rule} label={label} onChange={changeRule} />}
        />
      </Section>
      <SaveBar
        name={segment.name}
        environment={environment}
        changes={segmentChanges(base, draft)}
        problem={problemOf(draft)}
        isBehind={isBehind}
        needsApproval={environment.resourceApprovalSettings['segment']?.required ?? false}
        affected={[['segments', projectKey]]}
        toChange={(instructions, comment) => ({
          segments: path,
          method: 'PATCH',
          body: { instructions, ...(comment !== '' && { comment }) },
          isSemanticPatch: true,
        })}
        toApproval={(instructions, description) => ({
          segments: ['approval-requests'],
          method: 'POST',
          body: {
            resourceId: `proj/${projectKey}:env/${environment.key}:segment/${segment.key}`,
            description,
            instructions,
          },
        })}
        onDiscard={discard}
      />
    </>
  );
}

function Share(props: { rule: SegmentRule; label: string; onChange: (changes: Partial<SegmentRule>) => void }) {
  const { rule, label, onChange } = props;
  const isPart = rule.percent !== undefined;
  return (
    <div className={classes['share']}>
      <Checkbox
        label="Only a part of them"
        aria-label={`Only a part of those matched ${label}`}
        checked={isPart}
        onChange={() => onChange({ percent: isPart ? undefined : DEFAULT_PERCENT })}
      />
      {isPart && (
        <NumberInput
          aria-label={`Percent of those matched ${label}`}
          suffix=" %"
          min={0}
          max={100}
          decimalScale={3}
          value={rule.percent ?? 0}
          onChange={(value) => typeof value === 'number' && onChange({ percent: value })}
        />
      )}
    </div>
  );
}

function BigSegment({ segment }: { segment: SegmentRep }) {
  const counts = segment._unboundedMetadata;
  return (
    <Section
      title="Big segment"
      hint="Its keys are kept apart; programs add and remove them over the API, or in a CSV file."
    >
      <p className={classes['big']}>
        {(counts?.includedCount ?? 0).toLocaleString('en')} included and{' '}
        {(counts?.excludedCount ?? 0).toLocaleString('en')} excluded keys of the kind{' '}
        {segment.unboundedContextKind ?? 'user'}
      </p>
    </Section>
  );
}

function newRule(): SegmentRule {
  const rule = { id: newId(), isNew: true, description: '', clauses: [newClause()] };
  return { ...rule, percent: undefined, contextKind: 'user', bucketBy: undefined };
}

function problemOf({ rules }: SegmentDraft): string | undefined {
  for (const [index, rule] of rules.entries()) {
    const problem = rule.clauses.map(clauseProblem).find(Boolean);
    if (problem !== undefined) return `Rule ${index + 1}: ${problem.toLowerCase()}`;
  }
  return undefined;
}
