import type { Static } from 'typebox';
import type { MemberCollection } from '../../wire/rest/account.ts';
import { personName } from '../ui/person.tsx';
import { useApi } from './use-api.ts';

/** More than most accounts have; others are found by their address in the settings. */
const MOST = 500;

/** Members to choose from, by id. */
export function useMemberChoices(): readonly { readonly value: string; readonly label: string }[] {
  const { data } = useApi<Static<typeof MemberCollection>>(['members'], { query: { limit: MOST } });
  return data?.items.map((member) => ({ value: member._id, label: personName(member) })) ?? [];
}
