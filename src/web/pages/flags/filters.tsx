import { Button, MultiSelect, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Static } from 'typebox';
import type { TeamCollection } from '../../../wire/rest/account.ts';
import { useApi } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { SearchInput } from '../../ui/search-input.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import classes from './flags.module.css';
import { FILTERS, type ListState } from './use-flag-list.ts';

const STATES = [
  { value: 'live', label: 'Live' },
  { value: 'deprecated', label: 'Deprecated' },
  { value: 'archived', label: 'Archived' },
];
const STATUSES = [
  { value: 'new', label: 'New' },
  { value: 'active', label: 'Active' },
  { value: 'inactive', label: 'Inactive' },
  { value: 'launched', label: 'Launched' },
];
const TYPES = [
  { value: 'temporary', label: 'Temporary' },
  { value: 'permanent', label: 'Permanent' },
];
const SORTS = [
  { value: '-creationDate', label: 'Newest first' },
  { value: 'creationDate', label: 'Oldest first' },
  { value: 'name', label: 'Name' },
  { value: 'key', label: 'Key' },
  { value: '-targetingModifiedDate', label: 'Changed last' },
];

/** Before the keys of teams, to tell them from the ids of members. */
const TEAM = 'team:';
const MOST_TEAMS = 200;

/** Which flags are shown; all of it stands in the address. */
export function Filters(props: { state: ListState; environmentName: string }) {
  const { state, environmentName } = props;
  const { change } = useUrlState();
  const [isOpen, filters] = useDisclosure();
  const set = (name: string) => (value: string | null) => change({ [name]: value ?? undefined, page: undefined });
  const choice = {
    clearable: true,
    allowDeselect: true,
    comboboxProps: { width: 180, position: 'bottom-start' },
  } as const;
  const used = FILTERS.filter((name) => name !== 'q' && state[name] !== undefined).length;
  return (
    <search className={classes['filters']} aria-label="Flags">
      <SearchInput key={state.q === undefined ? 'empty' : 'filled'} label="Name or key" className={classes['search']} />
      <Button
        variant="default"
        className={classes['filtersToggle'] ?? ''}
        aria-expanded={isOpen}
        onClick={filters.toggle}
      >
        Filters{used > 0 && ` (${used})`}
      </Button>
      <div className={classes['choices']} data-open={isOpen}>
        <Select
          {...choice}
          aria-label="State"
          placeholder="State"
          data={STATES}
          value={state.state ?? null}
          onChange={set('state')}
        />
        <TagFilter tags={state.tags} onChange={set('tags')} />
        <MaintainerFilter state={state} onChange={(chosen) => change({ ...chosen, page: undefined })} />
        <Select
          {...choice}
          aria-label={`Status in ${environmentName}`}
          title={`Status in ${environmentName}`}
          placeholder="Status"
          data={STATUSES}
          value={state.status ?? null}
          onChange={set('status')}
        />
        <Select
          {...choice}
          aria-label="Type"
          placeholder="Type"
          data={TYPES}
          value={state.type ?? null}
          onChange={set('type')}
        />
      </div>
    </search>
  );
}

/** In which order flags are shown. */
export function OrderChoice({ sort }: { sort: string }) {
  const { change } = useUrlState();
  return (
    <Select
      aria-label="Order"
      data={SORTS}
      value={sort}
      onChange={(next) => change({ sort: next === '-creationDate' ? undefined : (next ?? undefined), page: undefined })}
      className={classes['order'] ?? ''}
    />
  );
}

function TagFilter({ tags, onChange }: { tags: string | undefined; onChange: (tags: string) => void }) {
  const known = useApi<{ items: string[] }>(['tags'], { query: { kind: 'flag' } }).data?.items ?? [];
  const chosen = tags?.split(',') ?? [];
  return (
    <MultiSelect
      size="sm"
      aria-label="Tags"
      placeholder={chosen.length === 0 ? 'Tags' : ''}
      data={[...new Set([...known, ...chosen])]}
      value={chosen}
      onChange={(words) => onChange(words.join(','))}
      searchable
      clearable
      limit={50}
      nothingFoundMessage="No flag has that tag"
      className={classes['tagFilter'] ?? ''}
    />
  );
}

/** Whose flags: of a member, or of a team. */
type Chosen = Readonly<Record<'maintainer' | 'team', string | undefined>>;

function MaintainerFilter({ state, onChange }: { state: ListState; onChange: (chosen: Chosen) => void }) {
  const members = useMemberChoices();
  const teams = useApi<Static<typeof TeamCollection>>(['teams'], { query: { limit: MOST_TEAMS } }).data?.items ?? [];
  const data = [
    { group: 'Teams', items: teams.map(({ key, name }) => ({ value: `${TEAM}${key}`, label: name })) },
    { group: 'Members', items: members.map(({ value, label }) => ({ value, label })) },
  ];
  const choose = (value: string | null) => {
    const isTeam = value?.startsWith(TEAM) ?? false;
    const chosen = value ?? undefined;
    onChange({ maintainer: isTeam ? undefined : chosen, team: isTeam ? chosen?.slice(TEAM.length) : undefined });
  };
  return (
    <Select
      aria-label="Maintainer"
      placeholder="Maintainer"
      data={teams.length === 0 ? members : data}
      value={state.team === undefined ? (state.maintainer ?? null) : `${TEAM}${state.team}`}
      onChange={choose}
      searchable
      clearable
      allowDeselect
      limit={50}
      nothingFoundMessage="Nobody has that name"
    />
  );
}
