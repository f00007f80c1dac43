import type { Static } from 'typebox';
import type { FlagStatusList } from '../../../wire/rest/flag-status.ts';
import { useApi } from '../../api/use-api.ts';

/** How flags are used in an environment, by key; undefined while that is not known. */
export function useStatuses(
  projectKey: string,
  environmentKey: string,
  keys: readonly string[],
): (flagKey: string) => string | undefined {
  const { data } = useApi<Static<typeof FlagStatusList>>(['flag-statuses', projectKey, environmentKey], {
    query: { keys: keys.join(',') },
    keepsFormer: true,
    isEnabled: keys.length > 0,
  });
  const names = new Map(data?.items.map(({ name, _links }) => [keyIn(_links['parent']?.href ?? ''), name]));
  return (flagKey) => names.get(flagKey);
}

/** The flag that a link leads to. */
function keyIn(href: string): string {
  return decodeURIComponent(href.slice(href.lastIndexOf('/') + 1));
}
