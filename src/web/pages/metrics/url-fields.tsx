import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { PlusIcon, TrashIcon } from '../../ui/icons.tsx';
import { URL_KINDS, type UrlEdit } from './metric-edit.ts';
import classes from './metrics.module.css';

const LABELS: Readonly<Record<UrlEdit['kind'], string>> = {
  exact: 'is exactly',
  canonical: 'is, without query',
  substring: 'contains',
  regex: 'matches',
};
const CHOICES = URL_KINDS.map((value) => ({ value, label: LABELS[value] }));

interface Props {
  readonly urls: readonly UrlEdit[];
  readonly onChange: (urls: readonly UrlEdit[]) => void;
}

/** The pages that clicks and views count on. */
export function UrlFields({ urls, onChange }: Props) {
  const set = (index: number, changes: Partial<UrlEdit>) =>
    onChange(urls.map((url, at) => (at === index ? { ...url, ...changes } : url)));
  return (
    <fieldset className={classes['urls']}>
      <legend>Where: the address of the page</legend>
      {urls.map(({ kind, text }, index) => (
        <div key={index} className={classes['url']}>
          <Select
            aria-label={`How address ${index + 1} is meant`}
            data={CHOICES}
            value={kind}
            onChange={(value) => set(index, { kind: value ?? kind })}
          />
          <TextInput
            aria-label={`Address ${index + 1}`}
            placeholder={kind === 'regex' ? '^https://example\\.com/cart' : '/cart'}
            spellCheck={false}
            value={text}
            onChange={(event) => set(index, { text: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={`Remove address ${index + 1}`}
            disabled={urls.length === 1}
            onClick={() => onChange(urls.toSpliced(index, 1))}
          >
            <TrashIcon />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<PlusIcon />}
          onClick={() => onChange([...urls, { kind: 'substring', text: '' }])}
        >
          Another address
        </Button>
      </div>
    </fieldset>
  );
}
