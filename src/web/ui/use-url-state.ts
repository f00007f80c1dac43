import { useSearchParams } from 'wouter';

/** What stands behind `?` in the address; undefined or '' takes a parameter away. */
export function useUrlState() {
  const [parameters, setParameters] = useSearchParams();
  const change = (changes: Readonly<Record<string, string | undefined>>) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined || value === '') after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true },
    );
  return { get: (name: string) => parameters.get(name) ?? undefined, change };
}
