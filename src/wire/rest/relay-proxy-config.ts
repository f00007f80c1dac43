import { type Static, Type } from 'typebox';
import { AccessRep, StatementRep } from './access.ts';
import { MemberSummary, UnixMillis } from './common.ts';

export const RelayProxyConfigRep = Type.Object(
  {
    _id: Type.String(),
    _creator: Type.Optional(MemberSummary),
    _access: Type.Optional(AccessRep),
    name: Type.String(),
    policy: Type.Array(StatementRep),
    fullKey: Type.String({ description: 'The whole key right after it has been made, afterwards empty' }),
    displayKey: Type.String({ description: 'The last characters of the key' }),
    creationDate: UnixMillis,
    lastModified: UnixMillis,
  },
  { description: 'Which environments a Relay Proxy serves' },
);
export type RelayProxyConfigRep = Static<typeof RelayProxyConfigRep>;
