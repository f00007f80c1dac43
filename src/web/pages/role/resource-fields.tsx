import { Autocomplete, Select, TagsInput, TextInput } from '@mantine/core';
import { kindOf, RESOURCE_KINDS } from '../../access/catalogue.ts';
import type { ResourceDraft } from './resource-draft.ts';
import classes from './role.module.css';
import { usePlaces } from './use-places.ts';

interface Props {
  readonly draft: ResourceDraft;
  readonly onChange: (draft: ResourceDraft) => void;
  /** Whether names may have `*` in them, and may be left out for all. */
  readonly takesPatterns?: boolean;
}

/** Which thing is meant, or which of them. */
export function ResourceFields({ draft, onChange, takesPatterns = false }: Props) {
  const { projects, environments } = usePlaces(draft.project);
  const types = draft.types.split(':');
  const set = (changes: Partial<ResourceDraft>) => onChange({ ...draft, ...changes });
  const empty = takesPatterns ? 'All' : 'Any';
  const hasName = draft.types !== 'acct' && draft.types !== 'proj' && draft.types !== 'proj:env';
  const hasTags = types[0] === 'proj' || draft.types === 'webhook';
  return (
    <div className={classes['fields']}>
      <Select
        label="Kind"
        data={RESOURCE_KINDS.map((kind) => ({ value: kind.types, label: capitalised(kind.noun) }))}
        value={draft.types}
        onChange={(value) => set({ types: value ?? draft.types })}
        searchable
      />
      {types[0] === 'proj' && (
        <Autocomplete
          label="Project"
          placeholder={empty}
          data={projects.map(({ key }) => key)}
          value={draft.project}
          onChange={(project) => set({ project })}
        />
      )}
      {types.includes('env') && (
        <Autocomplete
          label="Environment"
          placeholder={empty}
          data={environments.map(({ key }) => key)}
          value={draft.environment}
          onChange={(environment) => set({ environment })}
        />
      )}
      {draft.types === 'member:token' && (
        <TextInput
          label="Id of the member"
          placeholder={empty}
          value={draft.member}
          onChange={(event) => set({ member: event.currentTarget.value })}
        />
      )}
      {hasName && (
        <TextInput
          label={`Key of the ${(kindOf(draft.types)?.noun ?? 'thing').replace(/ies\b/, 'y').replace(/s\b/, '')}`}
          placeholder={empty}
          spellCheck={false}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
      )}
      {hasTags && (
        <TagsInput
          label={takesPatterns ? 'With all these tags' : 'Its tags'}
          value={[...draft.tags]}
          onChange={(tags) => set({ tags })}
          splitChars={[',', ' ']}
        />
      )}
    </div>
  );
}

const capitalised = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
