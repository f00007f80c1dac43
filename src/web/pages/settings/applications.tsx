import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Static } from 'typebox';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type {
  ApplicationCollection,
  ApplicationRep,
  ApplicationVersionCollection,
} from '../../../wire/rest/application.ts';
import { RightButton } from '../../access/right-button.tsx';
import { useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { DeleteDialog } from '../../ui/delete-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ConnectIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './settings.module.css';

const PAGE_SIZE = 25;
const MOST_VERSIONS = 50;
const KINDS: Readonly<Record<string, string>> = { server: 'Server', browser: 'Browser', mobile: 'Mobile' };

interface Open {
  readonly dialog: 'versions' | 'deletion';
  readonly application: ApplicationRep;
}

/** Programs that have flags in them, as SDKs tell. */
export function Applications() {
  const page = usePage();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const why = useRights();
  const list = useApi<Static<typeof ApplicationCollection>>(['applications'], {
    query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, sort: 'name', expand: 'flags' },
    isBeta: true,
    keepsFormer: true,
  });
  const applications = list.data?.items ?? [];
  return (
    <>
      <Card label="Applications">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={3} />}
        {list.data && applications.length === 0 && (
          <EmptyState icon={<ConnectIcon size={22} />} title="No applications yet">
            Programs appear here by themselves: give the SDK an application id and version in its settings, and it tells
            them with each connection.
          </EmptyState>
        )}
        {applications.length > 0 && (
          <>
            <DataTable
              label="Applications"
              columns={[
                { label: 'Application' },
                { label: 'Kind', width: '110px' },
                { label: 'Flags', width: '90px', isSecondary: true },
                { label: 'First seen', width: '130px', isSecondary: true },
                { label: 'Actions', width: '200px' },
              ]}
              rows={applications.map((application) => ({
                key: application.key,
                cells: [
                  <RowTitle key="name" title={application.name}>
                    <code>{application.key}</code> {application.description}
                  </RowTitle>,
                  KINDS[application.kind] ?? application.kind,
                  application.flags?.totalCount ?? 0,
                  <RelativeTime key="seen" at={application.creationDate} />,
                  <Group key="actions" gap={4}>
                    <Button
                      variant="default"
                      size="xs"
                      aria-label={`Versions of ${application.name}`}
                      onClick={() => setOpen({ dialog: 'versions', application })}
                    >
                      Versions
                    </Button>
                    <RightButton
                      variant="subtle"
                      color="red"
                      size="xs"
                      aria-label={`Delete ${application.name}`}
                      denied={why(accessesTo(specifier.inAccount('application', application), ['deleteApplication']))}
                      onClick={() => setOpen({ dialog: 'deletion', application })}
                    >
                      Delete…
                    </RightButton>
                  </Group>,
                ],
              }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
      {open?.dialog === 'versions' && <Versions application={open.application} onClose={close} />}
      {open?.dialog === 'deletion' && (
        <DeleteDialog
          name={open.application.name}
          confirmKey={open.application.key}
          segments={['applications', open.application.key]}
          isBeta
          affected={[['applications']]}
          onClose={close}
        >
          Its versions go with it. While it is in use it comes back within an hour.
        </DeleteDialog>
      )}
    </>
  );
}

function Versions({ application, onClose }: { application: ApplicationRep; onClose: () => void }) {
  const path = ['applications', application.key, 'versions'];
  const list = useApi<Static<typeof ApplicationVersionCollection>>(path, {
    query: { limit: MOST_VERSIONS, sort: '-creationDate' },
    isBeta: true,
  });
  const change = useChange([path]);
  const denied = useRights()(
    accessesTo(specifier.inAccount('application', application), ['updateApplicationVersionSupported']),
  );
  const set = (key: string, value: boolean) =>
    change.mutate({
      segments: [...path, key],
      method: 'PATCH',
      isBeta: true,
      body: [{ op: 'replace', path: '/supported', value }],
    });
  return (
    <Modal opened onClose={onClose} title={`Versions of ${application.name}`}>
      <Stack>
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={3} height={24} />}
        {list.data?.items.length === 0 && <p className={classes['soft']}>It has told of no version.</p>}
        <ul className={classes['deliveries']}>
          {list.data?.items.map(({ key, name, creationDate, supported }) => (
            <li key={key}>
              <strong>{name}</strong>
              <span>
                first seen <RelativeTime at={creationDate} />
              </span>
              <Checkbox
                className={classes['right'] ?? ''}
                label="supported"
                aria-label={`${name} is supported`}
                checked={supported}
                disabled={denied !== undefined}
                title={denied}
                onChange={(event) => set(key, event.currentTarget.checked)}
              />
            </li>
          ))}
        </ul>
        {change.error && <ErrorNotice error={change.error} />}
      </Stack>
    </Modal>
  );
}
