import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { Link, Links, UnixMillis } from './common.ts';

const AutoAdded = Type.Boolean({ description: 'Always true: SDKs tell of applications' });

const FlagListing = Type.Object({ name: Type.String(), key: Type.String(), _links: Links, _site: Link });

export const ApplicationRep = Type.Object(
  {
    _links: Links,
    _version: Type.Integer(),
    _access: Type.Optional(AccessRep),
    key: Type.String(),
    name: Type.String(),
    description: Type.String(),
    kind: Type.String({ description: 'browser, mobile or server' }),
    autoAdded: AutoAdded,
    creationDate: UnixMillis,
    flags: Type.Optional(
      Type.Object(
        { _links: Links, totalCount: Type.Integer(), items: Type.Array(FlagListing) },
        { description: 'Flags that the application has evaluated' },
      ),
    ),
  },
  { description: 'A program that has flags in it' },
);
export type ApplicationRep = Static<typeof ApplicationRep>;

export const ApplicationCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(ApplicationRep),
});

export const ApplicationVersionRep = Type.Object(
  {
    _links: Links,
    _version: Type.Integer({ description: 'Counts the changes of this record' }),
    _access: Type.Optional(AccessRep),
    key: Type.String(),
    name: Type.String(),
    autoAdded: AutoAdded,
    creationDate: UnixMillis,
    supported: Type.Boolean(),
  },
  { description: 'A version of an application' },
);
export type ApplicationVersionRep = Static<typeof ApplicationVersionRep>;

export const ApplicationVersionCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(ApplicationVersionRep),
});
