import { useDisclosure } from '@mantine/hooks';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { SegmentCollection, SegmentRep } from '../../../wire/rest/segment.ts';
import { RightButton } from '../../access/right-button.tsx';
import { useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useApi } from '../../api/use-api.ts';
import { EnvironmentTabs } from '../../shell/environment-tabs.tsx';
import { segmentPath } from '../../shell/paths.ts';
import { useEnvironment } from '../../shell/use-project.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlusIcon, SegmentIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, PageHead, SkeletonRows, Tag } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchInput, useSearchText } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { CreateSegment } from './create-segment.tsx';

const PAGE_SIZE = 25;

/** The segments of an environment. */
export function Segments({ projectKey }: { projectKey: string }) {
  useTitle('Segments');
  const { environment, environments, choose, ...around } = useEnvironment(projectKey);
  const [isCreating, creating] = useDisclosure();
  const text = useSearchText();
  const page = usePage();
  const list = useApi<Static<typeof SegmentCollection>>(['segments', projectKey, environment?.key ?? ''], {
    query: {
      limit: PAGE_SIZE,
      offset: (page - 1) * PAGE_SIZE,
      sort: 'name',
      filter: text && `query equals ${JSON.stringify(text)}`,
    },
    keepsFormer: true,
    isEnabled: environment !== undefined,
  });
  const failed = [around, list].find(({ error }) => error !== null);
  const segments = list.data?.items ?? [];
  const project = useSpecifiedProject(projectKey);
  const why = useRights();
  const denied = why(
    project && environment && accessesTo(specifier.segment(project, environment, { key: 'new' }), ['createSegment']),
  );
  const create = (
    <RightButton leftSection={<PlusIcon />} denied={denied} onClick={creating.open}>
      Create segment
    </RightButton>
  );
  return (
    <>
      <PageHead title="Segments" actions={create} />
      {environment && (
        <Tools>
          <EnvironmentTabs environments={environments} current={environment} onChoose={choose} />
          <SearchInput label="Name or key" />
        </Tools>
      )}
      <Card label="Segments">
        {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
        {!failed && !list.data && <SkeletonRows count={6} />}
        {!failed && list.data && segments.length === 0 && (
          <EmptyState
            icon={<SegmentIcon size={22} />}
            title={text ? 'No segment has that name' : 'No segments here yet'}
            action={!text && create}
          >
            A segment is a group of users or other contexts, by keys or by rules. Any number of flags can be targeted at
            it, so that who belongs to a beta, say, is kept in one place.
          </EmptyState>
        )}
        {segments.length > 0 && (
          <>
            <DataTable
              label="Segments"
              columns={[
                { label: 'Segment' },
                { label: 'Who', width: '28%', isSecondary: true },
                { label: 'Changed', width: '130px', isSecondary: true },
              ]}
              rows={segments.map((segment) => ({
                key: segment.key,
                cells: [
                  <RowTitle
                    key="title"
                    title={<Link href={segmentPath(projectKey, segment.key, environment?.key)}>{segment.name}</Link>}
                  >
                    <code>{segment.key}</code>
                    {segment.tags.map((tag) => (
                      <Tag key={tag}>{tag}</Tag>
                    ))}
                  </RowTitle>,
                  whoWords(segment),
                  <RelativeTime key="changed" at={segment.lastModifiedDate} />,
                ],
              }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
      {isCreating && environment && (
        <CreateSegment projectKey={projectKey} environment={environment} onClose={creating.close} />
      )}
    </>
  );
}

function whoWords(segment: SegmentRep): string {
  if (segment.unbounded) return `big: keys of ${segment.unboundedContextKind ?? 'user'}`;
  const count = (users: readonly string[], others: readonly { values: readonly string[] }[]) =>
    others.reduce((sum, { values }) => sum + values.length, users.length);
  const included = count(segment.included, segment.includedContexts);
  const excluded = count(segment.excluded, segment.excludedContexts);
  const words = [
    included > 0 && `${included} included`,
    excluded > 0 && `${excluded} excluded`,
    segment.rules.length > 0 && (segment.rules.length === 1 ? '1 rule' : `${segment.rules.length} rules`),
  ].filter(Boolean);
  return words.length === 0 ? 'nobody' : words.join(', ');
}
