import { Group, TagsInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Static } from 'typebox';
import { Link, useLocation } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { type Specified, specifier } from '../../../domain/access/resource.ts';
import type { ProjectCollection } from '../../../wire/rest/project.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { DeleteDialog } from '../../ui/delete-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FormDialog, NameFields } from '../../ui/form-dialog.tsx';
import { PlusIcon, ProjectIcon } from '../../ui/icons.tsx';
import { keyOf } from '../../ui/key-of.ts';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, PageHead, SkeletonRows, Tag } from '../../ui/parts.tsx';
import { SearchInput, useSearchText } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useTitle } from '../../ui/use-title.ts';

type Project = Static<typeof ProjectCollection>['items'][number];

const PAGE_SIZE = 25;
/** What the form changes. */
const EDITED = ['updateProjectName', 'updateTags'];

/** All projects that somebody may see. */
export function Projects() {
  useTitle('Projects');
  const text = useSearchText();
  const page = usePage();
  const list = useApi<Static<typeof ProjectCollection>>(['projects'], {
    query: {
      limit: PAGE_SIZE,
      offset: (page - 1) * PAGE_SIZE,
      sort: 'name',
      filter: text && `query:${text.replaceAll(/[,:]/g, ' ')}`,
      expand: 'environments',
    },
    keepsFormer: true,
  });
  const [isCreating, creating] = useDisclosure();
  const [edited, setEdited] = useState<Project>();
  const [deleted, setDeleted] = useState<Project>();
  const why = useRights();
  const whyNot = (project: Specified, action: string) => why(accessesTo(specifier.project(project), [action]));
  const projects = list.data?.items ?? [];
  return (
    <>
      <PageHead
        title="Projects"
        actions={
          <RightButton
            leftSection={<PlusIcon />}
            denied={whyNot({ key: 'new' }, 'createProject')}
            onClick={creating.open}
          >
            Create project
          </RightButton>
        }
      />
      <Tools>
        <SearchInput label="Name or key" />
      </Tools>
      <Card label="Projects">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={5} />}
        {list.data && projects.length === 0 && (
          <EmptyState icon={<ProjectIcon size={22} />} title="No project has that name">
            A project has flags and environments of its own. Most teams need one for each product.
          </EmptyState>
        )}
        {projects.length > 0 && (
          <>
            <DataTable
              label="Projects"
              columns={[
                { label: 'Project' },
                { label: 'Environments', width: '22%', isSecondary: true },
                { label: 'Actions', width: '210px' },
              ]}
              rows={projects.map((project) => ({
                key: project.key,
                cells: [
                  <RowTitle
                    key="title"
                    title={<Link href={`/projects/${encodeURIComponent(project.key)}/flags`}>{project.name}</Link>}
                  >
                    <code>{project.key}</code>
                    {project.tags.map((tag) => (
                      <Tag key={tag}>{tag}</Tag>
                    ))}
                  </RowTitle>,
                  <Link key="environments" href={`/projects/${encodeURIComponent(project.key)}/environments`}>
                    {project.environments?.totalCount ?? 0}
                  </Link>,
                  <Group key="actions" gap={4}>
                    <RightButton
                      variant="default"
                      size="xs"
                      aria-label={`Settings of ${project.name}`}
                      denied={denialOfAll(EDITED.map((action) => whyNot(project, action)))}
                      onClick={() => setEdited(project)}
                    >
                      Settings
                    </RightButton>
                    <RightButton
                      variant="subtle"
                      color="red"
                      size="xs"
                      aria-label={`Delete ${project.name}`}
                      denied={whyNot(project, 'deleteProject')}
                      onClick={() => setDeleted(project)}
                    >
                      Delete…
                    </RightButton>
                  </Group>,
                ],
              }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
      {isCreating && <ProjectForm onClose={creating.close} />}
      {edited && <ProjectForm project={edited} onClose={() => setEdited(undefined)} />}
      {deleted && (
        <DeleteDialog
          name={deleted.name}
          confirmKey={deleted.key}
          segments={['projects', deleted.key]}
          affected={[['projects']]}
          onClose={() => setDeleted(undefined)}
        >
          All its flags, segments and environments are gone for good, and their keys open nothing any more.
        </DeleteDialog>
      )}
    </>
  );
}

function ProjectForm({ project, onClose }: { project?: Project; onClose: () => void }) {
  const [name, setName] = useState(project?.name ?? '');
  const [typedKey, setKey] = useState<string>();
  const [tags, setTags] = useState<string[]>(project?.tags ?? []);
  const [, go] = useLocation();
  const save = useChange([['projects'], ['auditlog']]);
  const key = typedKey ?? keyOf(name);
  const submit = async () => {
    const patch = Object.entries({ name, tags }).map(([field, value]) => ({ op: 'replace', path: `/${field}`, value }));
    await save.mutateAsync(
      project
        ? { segments: ['projects', project.key], method: 'PATCH', body: patch }
        : { segments: ['projects'], method: 'POST', body: { key, name, tags } },
    );
    notifications.show({ message: `${name} is ${project ? 'saved' : 'created'}` });
    onClose();
    if (!project) go(`/projects/${encodeURIComponent(key)}/flags`);
  };
  return (
    <FormDialog
      title={project ? `Settings of ${project.name}` : 'Create a project'}
      action={project ? 'Save' : 'Create project'}
      error={save.error}
      isPending={save.isPending}
      isReady={name.trim() !== '' && key !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameFields name={name} onName={setName} {...(!project && { keyField: { typed: typedKey, onType: setKey } })} />
      <TagsInput label="Tags" value={tags} onChange={setTags} splitChars={[',', ' ']} />
    </FormDialog>
  );
}
