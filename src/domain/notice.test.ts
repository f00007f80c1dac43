import { describe, expect, it } from 'vitest';
import { type InboxNotice, patchNotice } from './notice.ts';

const unread: InboxNotice = {
  id: 'n',
  memberId: 'm',
  projectId: 'p',
  kind: 'approval-requested',
  title: 'Review requested',
  text: 'Please',
  path: '/approvals/a',
  subject: 'a',
  at: 1,
};
const read = { ...unread, readAt: 5 };
const mark = (value: unknown) => [{ op: 'replace', path: '/isRead', value }];

describe('a patch of a notice', () => {
  it('marks it as read, and once only', () => {
    expect(patchNotice(unread, mark(true), 7)).toEqual({ ...unread, readAt: 7 });
    expect(patchNotice(read, mark(true), 7)).toEqual(read);
  });

  it('marks it as not read', () => {
    expect(patchNotice(read, mark(false), 7).readAt).toBeUndefined();
  });

  it('changes nothing else', () => {
    expect(patchNotice(unread, [{ op: 'replace', path: '/title', value: 'Other' }], 7)).toEqual(unread);
  });

  it.each([
    [mark('yes'), 'isRead: expected true or false, got "yes"'],
    [mark(null), 'isRead: expected true or false, got'],
    [{ isRead: true }, 'expected a JSON patch, an array of operations'],
  ])('is refused as %j', (patch, message) => {
    expect(() => patchNotice(unread, patch, 7)).toThrow(message);
  });
});
