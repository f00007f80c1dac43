import { Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type KeyboardEvent, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { FlagRep } from '../../wire/rest/flag.ts';
import { useApi } from '../api/use-api.ts';
import { FlagIcon, SearchIcon } from '../ui/icons.tsx';
import { flagPath } from './paths.ts';
import type { NavigationItem } from './navigation.tsx';
import classes from './shell.module.css';

const MOST_FLAGS = 8;

interface Props {
  readonly projectKey: string | undefined;
  readonly items: readonly NavigationItem[];
  readonly onClose: () => void;
}

/** Goes to any page or flag by a few letters. */
export function Palette({ projectKey, items, onClose }: Props) {
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [position, setPosition] = useState(0);
  const listId = useId();
  const flags = useFoundFlags(projectKey, text);
  const pages = items.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const entries = [
    ...pages.map(({ label, path, icon }) => ({ label, detail: 'Page', path, icon })),
    ...flags.map(({ key, name }) => ({
      label: name,
      detail: key,
      path: flagPath(projectKey ?? '', key),
      icon: FlagIcon,
    })),
  ];
  const chosen = Math.min(position, entries.length - 1);
  const open = (path: string) => {
    onClose();
    go(path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const entry = entries[chosen];
    if (event.key === 'ArrowDown') setPosition(Math.min(chosen + 1, entries.length - 1));
    else if (event.key === 'ArrowUp') setPosition(Math.max(chosen - 1, 0));
    else if (event.key === 'Enter' && entry) open(entry.path);
    else return;
    event.preventDefault();
  };
  return (
    <Modal.Root opened onClose={onClose}>
      <Modal.Overlay />
      <Modal.Content aria-label="Go to…">
        <TextInput
          data-autofocus
          variant="unstyled"
          size="md"
          leftSection={<SearchIcon />}
          placeholder="A page, or the name or key of a flag"
          aria-label="A page, or the name or key of a flag"
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={chosen >= 0 ? `${listId}-${chosen}` : undefined}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setPosition(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ul id={listId} role="listbox" aria-label="Where to go" className={classes['found']}>
          {entries.map(({ label, detail, path, icon: Icon }, index) => (
            <li
              key={path}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onMouseMove={() => setPosition(index)}
              onClick={() => open(path)}
            >
              <Icon />
              <span>{label}</span>
              <small>{detail}</small>
            </li>
          ))}
        </ul>
        {entries.length === 0 && <p className={classes['nothing']}>Nothing is called that.</p>}
      </Modal.Content>
    </Modal.Root>
  );
}

function useFoundFlags(projectKey: string | undefined, text: string): readonly FlagRep[] {
  const [asked] = useDebouncedValue(text.trim(), 150);
  const { data } = useApi<{ items: FlagRep[] }>(['flags', projectKey ?? ''], {
    query: { limit: MOST_FLAGS, query: asked, sort: 'name' },
    isEnabled: projectKey !== undefined && asked !== '',
    keepsFormer: true,
  });
  return asked === '' || text.trim() === '' ? [] : (data?.items ?? []);
}
