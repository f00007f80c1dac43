import { ActionIcon, Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Static } from 'typebox';
import { useLocation } from 'wouter';
import type { NoticeCollection, NoticeRep } from '../../wire/rest/notice.ts';
import { useApi, useChange } from '../api/use-api.ts';
import { BellIcon } from '../release/icons.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { SkeletonRows } from '../ui/parts.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import classes from './inbox.module.css';

const NOTICES = ['members', 'me', 'notices'];
const SHOWN = 20;
const ASKED_EVERY_MS = 30_000;

/** The bell: how many notices are not read yet, and the latest ones. */
export function Inbox() {
  const [isOpen, inbox] = useDisclosure();
  const notices = useApi<Static<typeof NoticeCollection>>(NOTICES, {
    query: { limit: SHOWN },
    everyMs: ASKED_EVERY_MS,
  });
  const unread = notices.data?.unreadCount ?? 0;
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => !opened && inbox.close()}
      position="bottom-start"
      trapFocus
      width={360}
    >
      <Popover.Target>
        <ActionIcon
          className={classes['bell'] ?? ''}
          size="lg"
          aria-label={unread === 0 ? 'Notices' : `Notices, ${unread} not read`}
          onClick={inbox.toggle}
        >
          <BellIcon size={18} />
          {unread > 0 && (
            <span className={classes['count']} aria-hidden="true">
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={classes['dropdown'] ?? ''} aria-label="Notices">
        {notices.error && <ErrorNotice error={notices.error} onRetry={() => void notices.refetch()} />}
        {!notices.error && !notices.data && <SkeletonRows count={3} />}
        {!notices.error && notices.data && (
          <NoticeList notices={notices.data.items} hasUnread={unread > 0} onOpen={inbox.close} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function NoticeList(props: { notices: readonly NoticeRep[]; hasUnread: boolean; onOpen: () => void }) {
  const { notices, hasUnread, onOpen } = props;
  const change = useChange([NOTICES]);
  const [, go] = useLocation();
  const markAll = () => change.mutate({ segments: [...NOTICES, 'read'], method: 'POST' });
  const mark = (notice: NoticeRep, isRead: boolean) =>
    change.mutate({
      segments: [...NOTICES, notice._id],
      method: 'PATCH',
      body: [{ op: 'replace', path: '/isRead', value: isRead }],
    });
  const open = (notice: NoticeRep) => {
    if (!notice.isRead) mark(notice, true);
    onOpen();
    go(pathOf(notice.link));
  };
  return (
    <>
      <div className={classes['head']}>
        <strong>Notices</strong>
        <Button variant="subtle" size="compact-xs" disabled={!hasUnread} onClick={markAll}>
          Mark all as read
        </Button>
      </div>
      {change.error && <ErrorNotice error={change.error} />}
      {notices.length === 0 && (
        <p className={classes['none']}>
          Nothing yet. Reviews that you are asked for and releases that need you are told here and by mail.
        </p>
      )}
      <ul className={classes['list']}>
        {notices.map((notice) => (
          <li key={notice._id} data-unread={!notice.isRead}>
            <button type="button" className={classes['notice']} onClick={() => open(notice)}>
              <span>{notice.title}</span>
              <small>
                <RelativeTime at={notice.at} />
              </small>
            </button>
            <button
              type="button"
              className={classes['dot']}
              aria-label={`Mark “${notice.title}” as ${notice.isRead ? 'not read' : 'read'}`}
              onClick={() => mark(notice, !notice.isRead)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Where a link of the service leads inside of the pages, whichever host people reach them by. */
function pathOf(link: string): string {
  const { pathname, search } = new URL(link, window.location.origin);
  return pathname + search;
}
