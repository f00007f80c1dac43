import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { SearchIcon } from './icons.tsx';
import { useUrlState } from './use-url-state.ts';

const PAUSE_MS = 250;

/** A search that stands in the address as `q`. */
export function SearchInput({ label }: { label: string }) {
  const { get, change } = useUrlState();
  const [typed, setTyped] = useState(get('q') ?? '');
  const search = useDebouncedCallback((text: string) => change({ q: text, page: undefined }), PAUSE_MS);
  return (
    <TextInput
      type="search"
      leftSection={<SearchIcon />}
      placeholder={label}
      aria-label={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}

/** What is searched for; undefined when nothing is. */
export function useSearchText(): string | undefined {
  return useUrlState().get('q');
}
