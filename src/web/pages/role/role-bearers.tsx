import type { Static } from 'typebox';
import { Link } from 'wouter';
import type { CustomRoleRep, MemberCollection, TeamCollection } from '../../../wire/rest/account.ts';
import { useApi } from '../../api/use-api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import { personName } from '../../ui/person.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './role.module.css';

const MOST = 100;

/** Who has a role: members themselves, and teams for theirs. */
export function RoleBearers({ role }: { role: CustomRoleRep }) {
  const members = useApi<Static<typeof MemberCollection>>(['members'], {
    query: { limit: MOST, filter: `role:${role.key}` },
  });
  const teams = useApi<Static<typeof TeamCollection>>(['teams'], { query: { limit: MOST, expand: 'roles' } });
  const failed = [members, teams].find(({ error }) => error !== null);
  const withRole = (teams.data?.items ?? []).filter(({ roles }) => roles?.items.some(({ key }) => key === role.key));
  const { membersCount, teamsCount } = role.assignedTo;
  return (
    <Section title="Who has it">
      {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
      {!failed && !(members.data && teams.data) && <SkeletonRows count={1} height={20} />}
      {membersCount + teamsCount === 0 && (
        <p className={classes['soft']}>
          Nobody yet. Members and teams are given roles on their pages; a member with a custom role has no base role any
          more.
        </p>
      )}
      <ul className={classes['bearers']}>
        {members.data?.items.map((member) => (
          <li key={member._id}>
            <Link href={`/settings/members?q=${encodeURIComponent(member.email)}`}>{personName(member)}</Link>
          </li>
        ))}
        {withRole.map((team) => (
          <li key={team.key}>
            <Link href="/settings/teams">the team {team.name}</Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
