import { ActionIcon, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { useApi } from '../../api/use-api.ts';
import { MinusIcon, PlusIcon } from '../../ui/icons.tsx';
import { variationLabel } from '../../ui/variation.tsx';
import type { Draft } from './draft.ts';
import classes from './flag.module.css';
import { Section } from '../../ui/section.tsx';

const FOUND = 20;

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
  readonly draft: Draft;
  /** The flags that are prerequisites, by key. */
  readonly needed: ReadonlyMap<string, FlagRep>;
  readonly onChange: (changes: Partial<Draft>) => void;
}

/** Other flags that have to be on and serve a variation before this one is looked at. */
export function Prerequisites({ projectKey, flag, draft: { prerequisites }, needed, onChange }: Props) {
  const set = (key: string, variationId: string) =>
    onChange({ prerequisites: prerequisites.map((one) => (one.key === key ? { key, variationId } : one)) });
  return (
    <Section title="Prerequisites" hint="Flags that have to be on and serve this, or this flag counts as off.">
      {prerequisites.map(({ key, variationId }) => {
        const variations = needed.get(key)?.variations ?? [];
        return (
          <div key={key} className={classes['prerequisite']}>
            <Link href={`/projects/${encodeURIComponent(projectKey)}/flags/${encodeURIComponent(key)}`}>
              {needed.get(key)?.name ?? key}
            </Link>
            <Select
              aria-label={`Variation of ${key} that is needed`}
              placeholder="Which variation"
              data={variations.map((variation) => ({ value: variation._id, label: variationLabel(variation) }))}
              value={variationId || null}
              onChange={(id) => set(key, id ?? '')}
            />
            <ActionIcon
              size="lg"
              aria-label={`Remove the prerequisite ${key}`}
              onClick={() => onChange({ prerequisites: prerequisites.filter((one) => one.key !== key) })}
            >
              <MinusIcon />
            </ActionIcon>
          </div>
        );
      })}
      <FlagSearch
        projectKey={projectKey}
        without={[flag.key, ...prerequisites.map(({ key }) => key)]}
        onChoose={(other) =>
          onChange({
            prerequisites: [...prerequisites, { key: other.key, variationId: other.variations[0]?._id ?? '' }],
          })
        }
      />
    </Section>
  );
}

function FlagSearch(props: { projectKey: string; without: readonly string[]; onChoose: (flag: FlagRep) => void }) {
  const { projectKey, without, onChoose } = props;
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const { data } = useApi<{ items: FlagRep[] }>(['flags', projectKey], {
    query: { limit: FOUND, query: asked, sort: 'name' },
    keepsFormer: true,
  });
  const found = data?.items.filter(({ key }) => !without.includes(key)) ?? [];
  return (
    <Select
      aria-label="Add a prerequisite"
      placeholder="Add a flag"
      leftSection={<PlusIcon />}
      data={found.map(({ key, name }) => ({ value: key, label: name }))}
      value={null}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage="No flag has that name"
      onChange={(key) => {
        const chosen = found.find((flag) => flag.key === key);
        if (chosen) onChoose(chosen);
        setText('');
      }}
      className={classes['choice'] ?? ''}
    />
  );
}
