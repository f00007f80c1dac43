import type { Static } from 'typebox';
import { useSearch } from 'wouter';
import { useApi } from '../api/use-api.ts';
import type { EnvironmentCollection, EnvironmentRep } from '../../wire/rest/environment.ts';
import { useUrlState } from '../ui/use-url-state.ts';
import { remember, remembered } from './remembered.ts';

export type Environment = Static<typeof EnvironmentRep>;

/** More than any project has. */
const ALL_ENVIRONMENTS = 500;

/** All environments of a project, critical ones first. */
export function useEnvironments(projectKey: string | undefined) {
  const query = useApi<Static<typeof EnvironmentCollection>>(['projects', projectKey ?? '', 'environments'], {
    query: { limit: ALL_ENVIRONMENTS },
    isEnabled: projectKey !== undefined,
  });
  const items = query.data?.items ?? [];
  return { ...query, environments: items.toSorted((a, b) => Number(b.critical) - Number(a.critical)) };
}

/** The environment that pages about one environment show: named in the address, else the last one chosen. */
export function useEnvironment(projectKey: string) {
  const { environments, ...query } = useEnvironments(projectKey);
  const named = new URLSearchParams(useSearch()).get('env') ?? remembered(environmentName(projectKey));
  const { change } = useUrlState();
  return {
    ...query,
    environments,
    environment: environments.find(({ key }) => key === named) ?? environments[0],
    choose: (key: string) => {
      remember(environmentName(projectKey), key);
      change({ env: key });
    },
  };
}

const environmentName = (projectKey: string) => `environment.${projectKey}`;
