import { Button } from '@mantine/core';
import { ApiError } from '../api/request.ts';
import { AlertIcon } from './icons.tsx';
import classes from './ui.module.css';

/** What went wrong, in the words of the service, with the id that its log has it under, and a way to try again. */
export function ErrorNotice(props: { error: unknown; onRetry?: () => void; title?: string }) {
  const { error, onRetry, title } = props;
  return (
    <div className={classes['notice']} role="alert">
      <AlertIcon size={18} />
      <div className={classes['noticeText']}>
        <strong>{title ?? titleOf(error)}</strong>
        <p>{messageOf(error)}</p>
        {error instanceof ApiError && error.requestId !== undefined && (
          <p className={classes['soft']}>
            Request <code>{error.requestId}</code>
          </p>
        )}
      </div>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function titleOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something on this page broke';
  if (error.status === 0) return 'No connection to the service';
  if (error.status === 403) return 'Your role does not allow this';
  if (error.status === 404) return 'Nothing is here';
  if (error.status === 409) return 'Somebody else was faster';
  if (error.status === 429) return 'Too many requests';
  return error.status >= 500 ? 'The service has failed' : 'That could not be done';
}
