import { Button, CopyButton } from '@mantine/core';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { useChange } from '../../api/use-api.ts';
import type { Environment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon, CopyIcon } from '../../ui/icons.tsx';
import { type Sdk, valueKind } from './snippets.ts';
import classes from './welcome.module.css';

interface Props {
  readonly projectKey: string;
  readonly environment: Environment;
  readonly flag: FlagRep;
  readonly sdk: Sdk;
}

/** A program that asks for a flag of this service, ready to run. */
export function Snippet({ projectKey, environment, flag, sdk }: Props) {
  const code = sdk.code({
    url: location.origin,
    sdkKey: environment.apiKey,
    mobileKey: environment.mobileKey,
    clientSideId: environment._id,
    flagKey: flag.key,
    kind: valueKind(flag.variations[0]?.value),
  });
  return (
    <>
      <Availability projectKey={projectKey} flag={flag} sdk={sdk} />
      <Code label="How it is installed" text={sdk.install} />
      <Code label={`Program for ${sdk.name}`} text={code} />
      {sdk.credential === 'mobile' && location.protocol === 'http:' && (
        <p className={classes['note']}>
          Phones refuse plain http unless the app allows it for this host, and 127.0.0.1 is the phone itself there.
        </p>
      )}
    </>
  );
}

function Code({ label, text }: { label: string; text: string }) {
  return (
    <div className={classes['code']}>
      {/* It scrolls sideways, which the keyboard has to reach. */}
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
      <CopyButton value={text} timeout={1500}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="compact-xs"
            leftSection={copied ? <CheckIcon size={13} /> : <CopyIcon size={13} />}
            aria-label={copied ? 'Copied' : `Copy: ${label}`}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

const CLIENTS = {
  browser: { value: 'usingEnvironmentId', who: 'browsers' },
  mobile: { value: 'usingMobileKey', who: 'mobile apps' },
} as const;

/** Client-side SDKs see only flags that are meant for them. */
function Availability({ projectKey, flag, sdk }: { projectKey: string; flag: FlagRep; sdk: Sdk }) {
  const change = useChange([['flags', projectKey]]);
  if (sdk.credential === 'server') return null;
  const { value, who } = CLIENTS[sdk.credential];
  if (flag.clientSideAvailability[value]) return null;
  const body = { instructions: [{ kind: 'turnOnClientSideAvailability', value }] };
  const segments = ['flags', projectKey, flag.key];
  return (
    <>
      <div className={classes['hidden']}>
        <span>
          <code>{flag.key}</code> is not shown to {who} yet, so that code gets its default.
        </span>
        <Button
          variant="default"
          size="xs"
          loading={change.isPending}
          onClick={() => change.mutate({ segments, method: 'PATCH', body, isSemanticPatch: true })}
        >
          Show it to {who}
        </Button>
      </div>
      {change.error && <ErrorNotice error={change.error} />}
    </>
  );
}
