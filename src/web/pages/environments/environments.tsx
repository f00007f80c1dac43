import { Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { accessesTo } from '../../../domain/access/can.ts';
import { type Specified, specifier } from '../../../domain/access/resource.ts';
import { ENVIRONMENT_ACTIONS } from '../../../domain/environment.ts';
import { RightButton } from '../../access/right-button.tsx';
import { type Denial, denialOfAll, useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useChange } from '../../api/use-api.ts';
import { type Environment, useEnvironments } from '../../shell/use-project.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { KeyText } from '../../ui/key-text.tsx';
import { EnvironmentMark, PageHead, SkeletonRows, Tag } from '../../ui/parts.tsx';
import { SearchInput, useSearchText } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { EnvironmentForm } from './environment-form.tsx';
import classes from './environments.module.css';
import { RotateKey } from './rotate-key.tsx';
import { SecretText } from './secret-text.tsx';

/** With fewer, there is nothing to search for. */
const MANY = 8;

/** The environments of a project: their keys for SDKs, and how careful one has to be there. */
export function Environments({ projectKey }: { projectKey: string }) {
  useTitle('Environments');
  const { environments, isPending, error, refetch } = useEnvironments(projectKey);
  const whyNot = useEnvironmentRights(projectKey);
  const [isCreating, creating] = useDisclosure();
  const text = useSearchText()?.toLowerCase() ?? '';
  const shown = environments.filter(({ name, key }) => `${name} ${key}`.toLowerCase().includes(text));
  return (
    <>
      <PageHead
        title="Environments"
        actions={
          <RightButton
            leftSection={<PlusIcon />}
            denied={whyNot({ key: 'new' }, 'createEnvironment')}
            onClick={creating.open}
          >
            Create environment
          </RightButton>
        }
      />
      {environments.length > MANY && (
        <Tools>
          <SearchInput label="Name or key" />
        </Tools>
      )}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {isPending && <SkeletonRows count={3} height={120} />}
      <ul className={classes['list']}>
        {shown.map((environment) => (
          <li key={environment.key}>
            <EnvironmentCard projectKey={projectKey} environment={environment} />
          </li>
        ))}
      </ul>
      {isCreating && <EnvironmentForm projectKey={projectKey} onClose={creating.close} />}
    </>
  );
}

/** Why something may not be done with an environment of a project. */
function useEnvironmentRights(projectKey: string): (environment: Specified, action: string) => Denial {
  const project = useSpecifiedProject(projectKey);
  const why = useRights();
  return (environment, action) => why(project && accessesTo(specifier.environment(project, environment), [action]));
}

type Dialog = 'settings' | 'sdk key' | 'mobile key' | 'deletion';

function EnvironmentCard({ projectKey, environment }: { projectKey: string; environment: Environment }) {
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  const right = useEnvironmentRights(projectKey);
  const whyNot = (action: string) => right(environment, action);
  const remove = useChange([['projects', projectKey], ['auditlog']]);
  const { name, key, color, critical, isProduction, approvalSettings, tags } = environment;
  const notes = [
    critical && 'critical',
    approvalSettings.required && `${approvalSettings.minNumApprovals} approvals needed`,
    environment.confirmChanges && 'changes are confirmed',
    environment.requireComments && 'comments needed',
    environment.secureMode && 'secure mode',
  ].filter(Boolean);
  return (
    <article className={classes['card']} data-critical={isProduction} aria-label={name}>
      <div className={classes['head']}>
        <h2>
          <EnvironmentMark color={color} isCritical={isProduction} />
          <span>{name}</span>
        </h2>
        <Group gap={6}>
          <RightButton
            variant="default"
            size="xs"
            denied={denialOfAll(Object.values(ENVIRONMENT_ACTIONS).map(whyNot))}
            onClick={() => setDialog('settings')}
          >
            Settings
          </RightButton>
          <RightButton
            variant="subtle"
            color="red"
            size="xs"
            denied={whyNot('deleteEnvironment')}
            onClick={() => setDialog('deletion')}
          >
            Delete…
          </RightButton>
        </Group>
      </div>
      <div className={classes['about']}>
        <KeyText value={key} />
        <span>{notes.join(' · ')}</span>
        {tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </div>
      <dl className={classes['keys']}>
        <dt>SDK key</dt>
        <dd>
          <SecretText label={`SDK key of ${name}`} value={environment.apiKey} />
          <RightButton
            variant="subtle"
            size="compact-xs"
            denied={whyNot('updateApiKey')}
            onClick={() => setDialog('sdk key')}
          >
            Rotate
          </RightButton>
        </dd>
        <dt>Mobile key</dt>
        <dd>
          <SecretText label={`mobile key of ${name}`} value={environment.mobileKey} />
          <RightButton
            variant="subtle"
            size="compact-xs"
            denied={whyNot('updateMobileKey')}
            onClick={() => setDialog('mobile key')}
          >
            Rotate
          </RightButton>
        </dd>
        <dt>Client-side ID</dt>
        <dd>
          <KeyText value={environment._id} label="Copy the client-side ID" />
        </dd>
      </dl>
      {dialog === 'settings' && <EnvironmentForm projectKey={projectKey} environment={environment} onClose={close} />}
      {(dialog === 'sdk key' || dialog === 'mobile key') && (
        <RotateKey
          projectKey={projectKey}
          environment={environment}
          isMobile={dialog === 'mobile key'}
          onClose={close}
        />
      )}
      <ConfirmByKey
        isOpen={dialog === 'deletion'}
        title={`Delete ${name}?`}
        confirmKey={key}
        action="Delete for good"
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ segments: ['projects', projectKey, 'environments', key], method: 'DELETE' })}
        onClose={close}
      >
        All targeting and all segments in this environment are gone for good, and its keys open nothing any more.
      </ConfirmByKey>
    </article>
  );
}
