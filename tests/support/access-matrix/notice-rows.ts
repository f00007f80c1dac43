import { ROLES } from './roles.ts';
import { type Fixture, inTest, json, type Row } from './row.ts';

/** The id of a notice of the owner's, who is asked for a review. */
const tellOwner = async (fixture: Fixture): Promise<string> => {
  const { send, admin } = fixture;
  const { _id: owner } = await send({ path: 'members/me' });
  const body = { description: 'Please', instructions: [{ kind: 'turnFlagOn' }], notifyMemberIds: [owner] };
  await send({ method: 'POST', path: inTest(fixture, 'approval-requests'), body, token: admin });
  return (await send({ path: 'members/me/notices?limit=1' })).items[0]._id;
};

/** Operations on one's own notices, which need no right. */
export const NOTICE_ROWS: readonly Row[] = [
  {
    name: 'mark a notice of oneself',
    may: ROLES,
    leavesNoEntry: true,
    isPersonal: true,
    given: tellOwner,
    request: (_fixture, id) => ({ ...json('/isRead', true), path: `members/me/notices/${id}` }),
  },
  {
    name: 'mark all notices of oneself',
    may: ROLES,
    leavesNoEntry: true,
    isPersonal: true,
    given: tellOwner,
    request: () => ({ method: 'POST', path: 'members/me/notices/read' }),
  },
];
