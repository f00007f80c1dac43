import type { Static } from 'typebox';
import type { ProjectCollection } from '../../../wire/rest/project.ts';
import { useApi } from '../../api/use-api.ts';
import { useEnvironments } from '../../shell/use-project.ts';

/** More than most accounts have. */
const MOST_PROJECTS = 100;

/** The projects that there are, and the environments of the one that is meant, if it is one of them. */
export function usePlaces(projectKey: string) {
  const query = { limit: MOST_PROJECTS, sort: 'name' };
  const list = useApi<Static<typeof ProjectCollection>>(['projects'], { query });
  const projects = list.data?.items ?? [];
  const project = projects.find(({ key }) => key === projectKey);
  const { environments } = useEnvironments(project?.key);
  return { projects, project, environments };
}
