import type { Static } from 'typebox';
import { useApi } from '../../api/use-api.ts';
import { remember, remembered } from '../../shell/remembered.ts';
import type { Environment } from '../../shell/use-project.ts';
import { usePage } from '../../ui/pagination.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import type { FlagCollection } from '../../../wire/rest/flag.ts';

export const PAGE_SIZE = 25;
/** So many environments have a column unless somebody chooses others. */
const COLUMNS = 3;

/** Parameters of the address that choose flags. */
export const FILTERS = ['q', 'state', 'tags', 'maintainer', 'team', 'status', 'type'] as const;
type Filter = (typeof FILTERS)[number];

/** What the address says of the list. */
export type ListState = Readonly<Partial<Record<Filter, string>>> & { readonly sort: string };

export function useListState(): ListState {
  const { get } = useUrlState();
  const given = Object.fromEntries(FILTERS.flatMap((name) => (get(name) === undefined ? [] : [[name, get(name)]])));
  return { ...given, sort: get('sort') ?? '-creationDate' };
}

/** The environments that have a column, in their order. */
export function useColumns(projectKey: string, environments: readonly Environment[]) {
  const { get, change } = useUrlState();
  const name = `columns.${projectKey}`;
  const wanted = (get('envs') ?? remembered(name))?.split(',') ?? [];
  const chosen = environments.filter(({ key }) => wanted.includes(key));
  return {
    columns: chosen.length > 0 ? chosen : environments.slice(0, COLUMNS),
    choose: (keys: readonly string[]) => {
      remember(name, keys.join(','));
      change({ envs: keys.join(',') });
    },
  };
}

/** The flags of a page, as the address describes it. */
export function useFlagList(projectKey: string, state: ListState, columns: readonly Environment[], current: string) {
  const page = usePage();
  return useApi<Static<typeof FlagCollection>>(['flags', projectKey], {
    query: {
      limit: PAGE_SIZE,
      offset: (page - 1) * PAGE_SIZE,
      query: state.q,
      filter: toFilter(state, current),
      sort: state.sort,
      // Order by date of change is about the first one.
      env: [...new Set([current, ...columns.map(({ key }) => key)])],
    },
    keepsFormer: true,
    isEnabled: current !== '',
  });
}

/** The filter of the API that the address stands for. @param current the environment that statuses are about */
export function toFilter(state: Omit<ListState, 'sort'>, current: string): string {
  return [
    state.state && `state:${state.state}`,
    state.tags && `tags:${state.tags.split(',').join('+')}`,
    state.maintainer && `maintainerId:${state.maintainer}`,
    state.team && `maintainerTeamKey:${state.team}`,
    state.type && `type:${state.type}`,
    state.status && `filterEnv:${current},status:${state.status}`,
  ]
    .filter(Boolean)
    .join(',');
}
