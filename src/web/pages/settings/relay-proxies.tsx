import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { notifications } from '@mantine/notifications';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import { RELAY_PROXY_ACTIONS } from '../../../domain/relay-proxy-config.ts';
import type { RelayProxyConfigRep } from '../../../wire/rest/relay-proxy-config.ts';
import { thingWords } from '../../access/explain.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { PolicyEditor } from '../role/policy-editor.tsx';
import { policyProblem, type StatementDraft, toDrafts, toPolicy } from '../role/policy-draft.ts';
import { newId } from '../../targeting/new-id.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { DeleteDialog } from '../../ui/delete-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PlusIcon, RelayIcon } from '../../ui/icons.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { personName } from '../../ui/person.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Tools } from '../../ui/tools.tsx';
import classes from './settings.module.css';

const PATH = ['account', 'relay-auto-configs'];
/** What opens environments to a Relay Proxy. */
const OPEN = 'viewSdkKey';
const HOUR_MS = 3_600_000;
const GRACE = [
  { value: '0', label: 'At once' },
  { value: String(HOUR_MS), label: 'In an hour' },
  { value: String(24 * HOUR_MS), label: 'In a day' },
];

interface Open {
  readonly dialog: 'form' | 'reset' | 'deletion';
  readonly config?: RelayProxyConfigRep;
}

/** Which Relay Proxies there are, and the environments that each may serve. */
export function RelayProxies() {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const list = useApi<{ items: RelayProxyConfigRep[] }>(PATH);
  const why = useRights();
  const whyNot = (key: string, action: string) =>
    why(accessesTo(specifier.inAccount('relay-proxy-config', { key }), [action]));
  const configs = list.data?.items ?? [];
  const create = (
    <RightButton
      leftSection={<PlusIcon />}
      denied={whyNot('new', 'createRelayAutoConfiguration')}
      onClick={() => setOpen({ dialog: 'form' })}
    >
      Create configuration
    </RightButton>
  );
  return (
    <>
      <Tools>
        <div className={classes['right']}>{create}</div>
      </Tools>
      <Card label="Relay Proxy configurations">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={3} />}
        {list.data && configs.length === 0 && (
          <EmptyState icon={<RelayIcon size={22} />} title="No Relay Proxies yet" action={create}>
            A Relay Proxy stands near your servers and serves flags in the place of Slipway. With the key of a
            configuration it finds out by itself which environments it serves.
          </EmptyState>
        )}
        {configs.length > 0 && (
          <DataTable
            label="Relay Proxy configurations"
            columns={[
              { label: 'Configuration' },
              { label: 'Serves', width: '34%', isSecondary: true },
              { label: 'Made', width: '150px', isSecondary: true },
              { label: 'Actions', width: '310px' },
            ]}
            rows={configs.map((config) => ({
              key: config._id,
              cells: [
                <RowTitle key="name" title={config.name}>
                  <code>…{config.displayKey}</code>
                </RowTitle>,
                servedWords(config),
                <span key="made">
                  <RelativeTime at={config.creationDate} />
                  {config._creator && ` by ${personName(config._creator)}`}
                </span>,
                <Group key="actions" gap={4}>
                  <RightButton
                    variant="default"
                    size="xs"
                    aria-label={`Change ${config.name}`}
                    denied={denialOfAll(Object.values(RELAY_PROXY_ACTIONS).map((action) => whyNot(config._id, action)))}
                    onClick={() => setOpen({ dialog: 'form', config })}
                  >
                    Change
                  </RightButton>
                  <RightButton
                    variant="default"
                    size="xs"
                    aria-label={`Another key for ${config.name}`}
                    denied={whyNot(config._id, 'resetRelayAutoConfiguration')}
                    onClick={() => setOpen({ dialog: 'reset', config })}
                  >
                    Another key
                  </RightButton>
                  <RightButton
                    variant="subtle"
                    color="red"
                    size="xs"
                    aria-label={`Delete ${config.name}`}
                    denied={whyNot(config._id, 'deleteRelayAutoConfiguration')}
                    onClick={() => setOpen({ dialog: 'deletion', config })}
                  >
                    Delete…
                  </RightButton>
                </Group>,
              ],
            }))}
          />
        )}
      </Card>
      {open?.dialog === 'form' && <ConfigForm {...(open.config && { config: open.config })} onClose={close} />}
      {open?.dialog === 'reset' && open.config && <Reset config={open.config} onClose={close} />}
      {open?.dialog === 'deletion' && open.config && (
        <DeleteDialog
          name={open.config.name}
          confirmKey={open.config.displayKey}
          segments={[...PATH, open.config._id]}
          affected={[PATH]}
          onClose={close}
        >
          Relay Proxies with its key serve nothing any more, within seconds. To be sure that it is the right one, type
          the last four characters of its key.
        </DeleteDialog>
      )}
    </>
  );
}

/** The environments that a policy opens; what else it says is told when it is changed. */
function servedWords({ policy }: RelayProxyConfigRep): string {
  const allowed = policy.filter(({ effect }) => effect === 'allow').flatMap(({ resources = [] }) => resources);
  const denied = policy.filter(({ effect }) => effect === 'deny').flatMap(({ resources = [] }) => resources);
  if (allowed.length === 0) return policy.length === 0 ? 'nothing' : 'see its policy';
  const words = (resources: readonly string[]) => resources.map((one) => thingWords(one)).join(', ');
  return denied.length === 0 ? words(allowed) : `${words(allowed)}, except ${words(denied)}`;
}

function ConfigForm({ config, onClose }: { config?: RelayProxyConfigRep; onClose: () => void }) {
  const [name, setName] = useState(config?.name ?? '');
  const [statements, setStatements] = useState<readonly StatementDraft[]>(() =>
    toDrafts(config?.policy ?? [{ effect: 'allow', resources: ['proj/*:env/*'], actions: [OPEN] }], newId),
  );
  const save = useChange<RelayProxyConfigRep>([PATH, ['auditlog']]);
  const policy = toPolicy(statements);
  const problem = name.trim() === '' ? 'It needs a name' : policyProblem(policy);
  const submit = async () => {
    if (!config) return save.mutateAsync({ segments: PATH, method: 'POST', body: { name: name.trim(), policy } });
    const body = Object.entries({ name: name.trim(), policy }).map(([field, value]) => ({
      op: 'replace',
      path: `/${field}`,
      value,
    }));
    await save.mutateAsync({ segments: [...PATH, config._id], method: 'PATCH', body });
    notifications.show({ message: `${name.trim()} is saved` });
    return onClose();
  };
  if (!config && save.data) {
    return (
      <Modal opened onClose={onClose} title="The Relay Proxy may come" closeOnClickOutside={false}>
        <SecretOnce what="key" secret={save.data.fullKey} onDone={onClose} />
      </Modal>
    );
  }
  return (
    <FormDialog
      title={config ? `Change ${config.name}` : 'Create a configuration'}
      action={config ? 'Save' : 'Create configuration'}
      error={save.error}
      isPending={save.isPending}
      isReady={problem === undefined}
      problem={name === '' ? undefined : problem}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label="Name"
        placeholder="Relay in Frankfurt"
        maxLength={256}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <p className={classes['soft']}>It serves the environments on which the policy allows {OPEN}.</p>
      <PolicyEditor statements={statements} denied={undefined} onChange={setStatements} />
    </FormDialog>
  );
}

function Reset({ config, onClose }: { config: RelayProxyConfigRep; onClose: () => void }) {
  const [grace, setGrace] = useState('0');
  const reset = useChange<RelayProxyConfigRep>([PATH, ['auditlog']]);
  const submit = () => {
    const expiry = grace === '0' ? undefined : Date.now() + Number(grace);
    reset.mutate({ segments: [...PATH, config._id, 'reset'], method: 'POST', query: { expiry } });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Another key for ${config.name}?`}
      closeOnClickOutside={reset.data === undefined}
    >
      {reset.data ? (
        <SecretOnce what="key" secret={reset.data.fullKey} onDone={onClose} />
      ) : (
        <Stack>
          <div>Relay Proxies with the former key serve nothing any more once it ends.</div>
          <Select
            data-autofocus
            label="The former key ends"
            data={GRACE}
            value={grace}
            onChange={(value) => setGrace(value ?? '0')}
          />
          {reset.error && <ErrorNotice error={reset.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button color="red" loading={reset.isPending} onClick={submit}>
              Make another key
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
