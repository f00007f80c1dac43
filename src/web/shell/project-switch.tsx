import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { Static } from 'typebox';
import { useLocation } from 'wouter';
import type { ProjectCollection, ProjectRep } from '../../wire/rest/project.ts';
import { useApi } from '../api/use-api.ts';

type Project = Pick<Static<typeof ProjectRep>, 'key' | 'name'>;

const SHOWN = 25;

/** The projects whose name or key has a text, in order of names. */
function useProjects(text: string) {
  return useApi<Static<typeof ProjectCollection>>(['projects'], {
    query: { limit: SHOWN, sort: 'name', filter: text === '' ? undefined : `query:${text}` },
    keepsFormer: true,
  });
}

/** Which project the pages are about; many are found by typing. */
export function ProjectSwitch({ projectKey }: { projectKey: string }) {
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text, 200);
  const current = useApi<Project>(['projects', projectKey]).data ?? { key: projectKey, name: projectKey };
  const found = useProjects(asked.replaceAll(/[,:]/g, ' ').trim()).data?.items ?? [];
  const shown: readonly Project[] = found.some(({ key }) => key === projectKey) ? found : [current, ...found];
  return (
    <Select
      aria-label="Project"
      data={shown.map(({ key, name }) => ({ value: key, label: name }))}
      value={projectKey}
      onChange={(key) => key !== null && go(`/projects/${encodeURIComponent(key)}/flags`)}
      searchable
      onDropdownOpen={() => setText('')}
      onSearchChange={(typed) => setText(shown.some(({ name }) => name === typed) ? '' : typed)}
      filter={({ options }) => options}
      nothingFoundMessage="No project has that name"
      maxDropdownHeight={320}
      comboboxProps={{ shadow: 'md' }}
    />
  );
}
