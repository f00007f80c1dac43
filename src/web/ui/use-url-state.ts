import { useLocation, useSearch } from 'wouter';

/** What stands behind `?` in the address; undefined or '' takes a parameter away. */
export function useUrlState() {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  /** Begins from the address as it is by then, which may be another than when this was rendered. */
  const change = (changes: Readonly<Record<string, string | undefined>>) => {
    const after = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === '') after.delete(name);
      else after.set(name, value);
    }
    navigate(after.size === 0 ? location.pathname : `${location.pathname}?${after.toString()}`, { replace: true });
  };
  return { get: (name: string) => parameters.get(name) ?? undefined, change };
}
