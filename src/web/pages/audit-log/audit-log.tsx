import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { AuditList } from '../../audit/audit-list.tsx';
import { useEnvironments } from '../../shell/use-project.ts';
import { Card } from '../../ui/data-table.tsx';
import { PageHead } from '../../ui/parts.tsx';
import { SearchInput, useSearchText } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useUrlState } from '../../ui/use-url-state.ts';

const DAY_MS = 86_400_000;
const SPANS = [
  { value: '1', label: 'The last day' },
  { value: '7', label: 'The last 7 days' },
  { value: '30', label: 'The last 30 days' },
];
const ANY = '*';

/** What changes may be about, and how it is called in a specifier; `{env}` is the environment. */
const SUBJECTS = [
  { value: 'flag', label: 'Flags', spec: 'env/{env}:flag/*' },
  { value: 'segment', label: 'Segments', spec: 'env/{env}:segment/*' },
  { value: 'environment', label: 'Environments', spec: 'env/{env}' },
];

/** Everything that has been changed in the account, or what is looked for. */
export function AuditLog({ projectKey }: { projectKey: string }) {
  useTitle('Audit log');
  const { get, change } = useUrlState();
  const { environments } = useEnvironments(projectKey);
  const [openedAt] = useState(Date.now);
  const [subject, environmentKey, days, spec] = [get('about'), get('env') ?? ANY, get('days'), get('spec')];
  const wanted = SUBJECTS.find(({ value }) => value === subject);
  const search = {
    q: useSearchText(),
    spec: spec ?? (wanted && `proj/${projectKey}:${wanted.spec.replace('{env}', environmentKey)}`),
    after: days === undefined ? undefined : openedAt - Number(days) * DAY_MS,
  };
  const set = (name: string) => (value: string | null) => change({ [name]: value ?? undefined });
  const choice = { clearable: true, allowDeselect: true } as const;
  return (
    <>
      <PageHead title="Audit log" />
      <Tools>
        <SearchInput label="Name of what was changed" />
        <Select
          {...choice}
          aria-label="About"
          placeholder="About anything"
          data={SUBJECTS}
          value={subject ?? null}
          onChange={set('about')}
        />
        {wanted && (
          <Select
            aria-label="Environment"
            data={[
              { value: ANY, label: 'Everywhere' },
              ...environments.map(({ key, name }) => ({ value: key, label: `In ${name}` })),
            ]}
            value={environmentKey}
            onChange={(key) => change({ env: key === ANY ? undefined : (key ?? undefined) })}
            searchable
          />
        )}
        <Select
          {...choice}
          aria-label="When"
          placeholder="Any time"
          data={SPANS}
          value={days ?? null}
          onChange={set('days')}
        />
        <SpecifierInput text={spec ?? ''} onChange={set('spec')} />
      </Tools>
      <Card label="Audit log">
        <AuditList search={search} />
      </Card>
    </>
  );
}

/** For those who know exactly what they look for. */
function SpecifierInput({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange(typed.trim());
      }}
    >
      <TextInput
        aria-label="Resource specifier"
        placeholder="proj/*:env/production:flag/*"
        title="A resource specifier; press Enter to look for it"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </form>
  );
}
