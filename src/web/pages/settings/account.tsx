import { Link } from 'wouter';
import type { CustomRoleCollection, MemberRep } from '../../../wire/rest/account.ts';
import type { Static } from 'typebox';
import { explainPolicy } from '../../access/explain.ts';
import { useRoles } from '../../access/rights.ts';
import { useApi } from '../../api/use-api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Sections, SkeletonRows } from '../../ui/parts.tsx';
import { personName } from '../../ui/person.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Section } from '../../ui/section.tsx';
import { Password } from './password.tsx';
import classes from './settings.module.css';

const BASE_ROLES: Readonly<Record<string, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  writer: 'Writer',
  reader: 'Reader',
  no_access: 'No access',
};
const MOST_ROLES = 100;

/** Whoever is signed in: who they are, what they may do, and their password. */
export function Account() {
  const me = useApi<MemberRep>(['members', 'me']);
  if (me.error) return <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />;
  if (!me.data) return <SkeletonRows count={4} />;
  return (
    <Sections>
      <Identity member={me.data} />
      <Rights memberId={me.data._id} />
      <Password />
    </Sections>
  );
}

function Identity({ member }: { member: MemberRep }) {
  const roles = useApi<Static<typeof CustomRoleCollection>>(['roles'], {
    query: { limit: MOST_ROLES },
    isEnabled: member.customRoles.length > 0,
  });
  const own = roles.data?.items.filter(({ _id }) => member.customRoles.includes(_id)) ?? [];
  return (
    <Section title="You">
      <dl className={classes['facts']}>
        <dt>Name</dt>
        <dd>{personName(member)}</dd>
        <dt>E-mail address</dt>
        <dd>{member.email}</dd>
        <dt>Role</dt>
        <dd>
          {own.length === 0 && (BASE_ROLES[member.role] ?? member.role)}
          {own.map(({ key, name }) => (
            <Link key={key} href={`/settings/roles/${encodeURIComponent(key)}`}>
              {name}
            </Link>
          ))}
        </dd>
        {member.teams.length > 0 && (
          <>
            <dt>Teams</dt>
            <dd>{member.teams.map(({ name }) => name).join(', ')}</dd>
          </>
        )}
        <dt>Member since</dt>
        <dd>
          <RelativeTime at={member.creationDate} />
        </dd>
      </dl>
    </Section>
  );
}

/** The roles of this moment, those of teams among them, in sentences. */
function Rights({ memberId }: { memberId: string }) {
  const { data: roles = [], error, refetch } = useRoles();
  return (
    <Section title="What you may do" hint="One of several roles that allows something is enough.">
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      <ul className={classes['rights']}>
        {roles.some(({ basePermissions }) => basePermissions === 'reader') && (
          <li>May see every project, every team and all SDK keys, but for what a role denies</li>
        )}
        {roles.flatMap(({ name, policy }) =>
          explainPolicy(policy).flatMap(({ sentences }) =>
            sentences.map((sentence) => (
              <li key={`${name ?? ''}${sentence}`}>
                {sentence.replace(`all personal tokens of the member ${memberId}`, 'your own personal tokens')}
                {name !== undefined && <small> by the role {name}</small>}
              </li>
            )),
          ),
        )}
      </ul>
    </Section>
  );
}
