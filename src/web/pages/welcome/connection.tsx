import { useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { ConnectedGroup, ConnectedSdksRep } from '../../../wire/rest/connected-sdks.ts';
import type { FlagStatusRep } from '../../../wire/rest/flag-status.ts';
import { apiPath, request } from '../../api/request.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Sdk } from './snippets.ts';
import classes from './welcome.module.css';

const ASK_EVERY_MS = 2000;

interface Props {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly flagKey: string;
  readonly sdk: Sdk;
}

/** Waits for a program to be heard of, and says who it is. */
export function Connection(props: Props) {
  const { isSeenBy } = props.sdk;
  if (isSeenBy === 'stream') return <Streams {...props} />;
  if (isSeenBy === 'evaluations') return <Evaluations {...props} />;
  return (
    <p className={classes['note']}>
      Providers of OpenFeature ask again and again and keep no connection, so none can be shown here. What the program
      prints is what this service answered.
    </p>
  );
}

function Streams({ projectKey, environmentKey, sdk }: Props) {
  const segments = ['projects', projectKey, 'environments', environmentKey, 'connected-sdks'];
  const query = { filter: `kind:${sdk.credential}` };
  const { data, error, refetch } = useQuery({
    queryKey: [...segments, query],
    queryFn: ({ signal }) => request<Static<typeof ConnectedSdksRep>>(apiPath(...segments), { query, signal }),
    refetchInterval: ASK_EVERY_MS,
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const groups = data?.items ?? [];
  if (groups.length === 0) {
    return <Waiting title="Waiting for the first connection">Processes tell of theirs every ten seconds.</Waiting>;
  }
  return (
    <div className={classes['connected']} role="status">
      <CheckIcon size={18} />
      <div>
        <strong>Connected</strong>
        <ul>
          {groups.map((group) => (
            <li key={groupWords(group)}>{groupWords(group)}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

const KIND_WORDS = { server: 'A server-side SDK', mobile: 'A mobile SDK', browser: 'An SDK in a browser' } as const;

function groupWords({ sdk, kind, application, instances }: ConnectedGroup): string {
  const name = sdk ? `${sdk.name} ${sdk.version}` : KIND_WORDS[kind];
  return [name, application && `in ${application.key}`, instances > 1 && `${instances} times`]
    .filter(Boolean)
    .join(', ');
}

function Evaluations({ projectKey, environmentKey, flagKey, sdk }: Props) {
  const segments = ['flag-statuses', projectKey, environmentKey, flagKey];
  const { data, error, refetch } = useQuery({
    queryKey: segments,
    queryFn: ({ signal }) => request<Static<typeof FlagStatusRep>>(apiPath(...segments), { signal }),
    refetchInterval: ASK_EVERY_MS,
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data?.lastRequested === undefined) {
    return (
      <Waiting title="Waiting for the first evaluation">
        {sdk.name} keeps no connection; it tells of evaluations when a request ends.
      </Waiting>
    );
  }
  return (
    <div className={classes['connected']} role="status">
      <CheckIcon size={18} />
      <div>
        <strong>Evaluated</strong> <RelativeTime at={Date.parse(data.lastRequested)} />
      </div>
    </div>
  );
}

function Waiting({ title, children }: { title: string; children: string | readonly string[] }) {
  return (
    <div className={classes['waiting']} role="status">
      <span className={classes['pulse']} aria-hidden="true" />
      <div>
        <strong>{title}…</strong>
        <p>{children}</p>
      </div>
    </div>
  );
}
