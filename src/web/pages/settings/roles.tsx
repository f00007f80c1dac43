import type { Static } from 'typebox';
import { Link, useLocation } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { CustomRoleCollection, CustomRoleRep } from '../../../wire/rest/account.ts';
import { RightButton } from '../../access/right-button.tsx';
import { useRights } from '../../access/rights.ts';
import { useApi } from '../../api/use-api.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlusIcon, RoleIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { Tools } from '../../ui/tools.tsx';
import classes from './settings.module.css';

const PAGE_SIZE = 25;

/** Roles that the account has made for itself. */
export function Roles() {
  const page = usePage();
  const [, go] = useLocation();
  const denied = useRights()(accessesTo(specifier.inAccount('role', { key: 'new' }), ['createRole']));
  const list = useApi<Static<typeof CustomRoleCollection>>(['roles'], {
    query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE },
    keepsFormer: true,
  });
  const roles = list.data?.items ?? [];
  const create = (
    <RightButton leftSection={<PlusIcon />} denied={denied} onClick={() => go('/settings/roles/~new')}>
      Create role
    </RightButton>
  );
  return (
    <>
      <Tools>
        <p className={classes['soft']}>Readers, writers and admins are there from the beginning.</p>
        <div className={classes['right']}>{create}</div>
      </Tools>
      <Card label="Roles">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={4} />}
        {list.data && roles.length === 0 && (
          <EmptyState icon={<RoleIcon size={22} />} title="No custom roles yet" action={create}>
            A custom role says exactly what may be done: turn flags on in one environment, say, or everything but
            delete. It takes the place of the base role of whoever has it.
          </EmptyState>
        )}
        {roles.length > 0 && (
          <>
            <DataTable
              label="Roles"
              columns={[
                { label: 'Role' },
                { label: 'Policy', width: '180px', isSecondary: true },
                { label: 'Who has it', width: '180px' },
              ]}
              rows={roles.map((role) => ({
                key: role.key,
                cells: [
                  <RowTitle
                    key="name"
                    title={<Link href={`/settings/roles/${encodeURIComponent(role.key)}`}>{role.name}</Link>}
                  >
                    <code>{role.key}</code> {role.description}
                  </RowTitle>,
                  policyWords(role),
                  bearerWords(role),
                ],
              }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
    </>
  );
}

function policyWords({ policy, basePermissions }: CustomRoleRep): string {
  const statements = policy.length === 1 ? '1 statement' : `${policy.length} statements`;
  return `${statements}, ${basePermissions === 'reader' ? 'sees everything' : 'sees nothing else'}`;
}

function bearerWords({ assignedTo }: CustomRoleRep): string {
  const counts = [
    assignedTo.membersCount > 0 && `${assignedTo.membersCount} member${assignedTo.membersCount === 1 ? '' : 's'}`,
    assignedTo.teamsCount > 0 && `${assignedTo.teamsCount} team${assignedTo.teamsCount === 1 ? '' : 's'}`,
  ].filter(Boolean);
  return counts.length === 0 ? 'nobody' : counts.join(', ');
}
