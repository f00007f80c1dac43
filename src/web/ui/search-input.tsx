import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { SearchIcon } from './icons.tsx';
import { useUrlState } from './use-url-state.ts';

const PAUSE_MS = 250;

/** Searches once somebody pauses in typing, unless they have gone to another page by then. */
function useDelayedSearch(): (text: string) => void {
  const { change } = useUrlState();
  const search = useDebouncedCallback((text: string, page: string) => {
    if (location.pathname === page) change({ q: text, page: undefined });
  }, PAUSE_MS);
  return (text) => search(text.trim(), location.pathname);
}

/** A search that stands in the address as `q`. */
export function SearchInput({ label, className = '' }: { label: string; className?: string | undefined }) {
  const [typed, setTyped] = useState(useSearchText() ?? '');
  const search = useDelayedSearch();
  return (
    <TextInput
      type="search"
      className={className}
      leftSection={<SearchIcon />}
      placeholder={label}
      aria-label={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}

/** What is searched for; undefined when nothing is. */
export function useSearchText(): string | undefined {
  return useUrlState().get('q');
}
