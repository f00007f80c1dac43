import { Select } from '@mantine/core';
import { useState } from 'react';
import { decide, type Role } from '../../../domain/access/policy.ts';
import type { Access } from '../../../domain/access/resource.ts';
import { kindOf } from '../../access/catalogue.ts';
import { useCurrentProject } from '../../shell/use-current-project.ts';
import { Section } from '../../ui/section.tsx';
import { reasonWords } from './reason-words.ts';
import { BLANK_RESOURCE, type ResourceDraft, toAccess } from './resource-draft.ts';
import { ResourceFields } from './resource-fields.tsx';
import classes from './role.module.css';
import { usePlaces } from './use-places.ts';

/** Tries a role: may it do something with something, and by which of its statements? */
export function RoleCheck({ role }: { role: Role }) {
  const [chosenResource, setResource] = useState<ResourceDraft>();
  const [chosen, setAction] = useState<string>();
  const current = useCurrentProject().projectKey ?? '';
  const { project, environments } = usePlaces(chosenResource?.project ?? current);
  const draft = chosenResource ?? { ...BLANK_RESOURCE, project: current, environment: environments[0]?.key ?? '' };
  const environment = environments.find(({ key }) => key === draft.environment);
  const kind = kindOf(draft.types);
  const names = Object.keys(kind?.actions ?? {});
  const action = chosen !== undefined && names.includes(chosen) ? chosen : names[0];
  const access = toAccess(draft, action ?? '', { project, environment });
  return (
    <Section title="May it…?" hint="Try the role as it stands here, saved or not.">
      <Select
        label="Action"
        data={names.map((name) => ({ value: name, label: name }))}
        value={action ?? null}
        onChange={(name) => setAction(name ?? undefined)}
        renderOption={({ option }) => (
          <span className={classes['option']}>
            <code>{option.value}</code>
            <small>{kind?.actions[option.value]?.replace('{}', kind.noun)}</small>
          </span>
        )}
        searchable
      />
      <ResourceFields draft={draft} onChange={setResource} />
      {action !== undefined && <Verdict role={role} access={access} />}
    </Section>
  );
}

function Verdict({ role, access }: { role: Role; access: Access }) {
  const { isAllowed } = decide([role], access);
  return (
    <div className={classes['verdict']} data-effect={isAllowed ? 'allow' : 'deny'} role="status">
      <strong>{isAllowed ? 'Allowed' : 'Denied'}</strong>
      <span>{reasonWords(role, access)}</span>
      <code>
        {access.action} · {access.resource}
      </code>
    </div>
  );
}
