import type { Static } from 'typebox';
import { useSearch } from 'wouter';
import { useApi } from '../api/use-api.ts';
import type { EnvironmentCollection, EnvironmentRep } from '../../wire/rest/environment.ts';
import { useUrlState } from '../ui/use-url-state.ts';
import { remember, remembered } from './remembered.ts';

export interface Environment extends Static<typeof EnvironmentRep> {
  /** Whether real people are served there, so that it has to stand out: it is critical, or is called so. */
  readonly isProduction: boolean;
}

/** More than any project has. */
const ALL_ENVIRONMENTS = 500;

/** All environments of a project, production first. */
export function useEnvironments(projectKey: string | undefined) {
  const query = useApi<Static<typeof EnvironmentCollection>>(['projects', projectKey ?? '', 'environments'], {
    query: { limit: ALL_ENVIRONMENTS },
    isEnabled: projectKey !== undefined,
  });
  const items = query.data?.items ?? [];
  const environments = items.map((item) => ({ ...item, isProduction: item.critical || item.key === 'production' }));
  return { ...query, environments: environments.toSorted((a, b) => Number(b.isProduction) - Number(a.isProduction)) };
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
