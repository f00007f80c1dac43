import { MultiSelect } from '@mantine/core';
import type { Static } from 'typebox';
import type { TeamCollection } from '../../../wire/rest/account.ts';
import { useApi } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import type { DraftSettings } from './draft.ts';
import type { EditorScene } from './phase-list.tsx';

const MOST_TEAMS = 200;

interface Props {
  readonly settings: DraftSettings;
  readonly path: string;
  readonly scene: EditorScene;
  readonly onChange: (changes: Partial<DraftSettings>) => void;
}

/** The members and teams who are told, and asked where approval is needed. */
export function People({ settings, path, scene, onChange }: Props) {
  const members = useMemberChoices();
  const { data } = useApi<Static<typeof TeamCollection>>(['teams'], { query: { limit: MOST_TEAMS } });
  const teams = (data?.items ?? []).map(({ key, name }) => ({ value: key, label: name }));
  const shared = { size: 'sm', disabled: scene.isLocked, searchable: true, hidePickedOptions: true } as const;
  return (
    <>
      <MultiSelect
        {...shared}
        label={settings.requireApproval ? 'Members who are asked' : 'Members who are told'}
        placeholder={settings.notifyMemberIds.length === 0 ? 'Nobody' : ''}
        data={withUnknown(members, settings.notifyMemberIds)}
        value={[...settings.notifyMemberIds]}
        error={scene.problemAt(`${path}.notifyMemberIds`)}
        onChange={(notifyMemberIds) => onChange({ notifyMemberIds })}
      />
      <MultiSelect
        {...shared}
        label="Teams"
        placeholder={settings.notifyTeamKeys.length === 0 ? 'None' : ''}
        data={withUnknown(teams, settings.notifyTeamKeys)}
        value={[...settings.notifyTeamKeys]}
        error={scene.problemAt(`${path}.notifyTeamKeys`)}
        onChange={(notifyTeamKeys) => onChange({ notifyTeamKeys })}
      />
    </>
  );
}

/** What may be chosen, and what is chosen already although it may not be there any more. */
export function withUnknown(
  known: readonly { readonly value: string; readonly label: string }[],
  chosen: readonly string[],
): { value: string; label: string }[] {
  const unknown = chosen.filter((key) => !known.some(({ value }) => value === key));
  return [...known, ...unknown.map((value) => ({ value, label: value }))];
}
