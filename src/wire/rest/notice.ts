import { type Static, Type } from 'typebox';
import { Links, PageQuery, UnixMillis } from './common.ts';

export const NoticesQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(Type.String({ description: 'isRead:true or isRead:false' })),
});

export const NoticeRep = Type.Object(
  {
    _links: Links,
    _id: Type.String(),
    kind: Type.String({ description: 'Stable name of what happened' }),
    title: Type.String(),
    text: Type.String(),
    link: Type.String({ description: 'Address of the page about it' }),
    at: UnixMillis,
    isRead: Type.Boolean(),
    projectKey: Type.String(),
  },
  { description: 'Something that a member has been told of' },
);
export type NoticeRep = Static<typeof NoticeRep>;

export const NoticeCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer({ description: 'How many the filter finds' }),
  unreadCount: Type.Integer({ description: 'How many are not read, whatever the filter' }),
  items: Type.Array(NoticeRep),
});
