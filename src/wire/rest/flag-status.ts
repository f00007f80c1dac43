import { type Static, Type } from 'typebox';
import { Links } from './common.ts';

const FlagStatus = Type.Object({
  name: Type.String({ description: 'new, active, inactive or launched' }),
  lastRequested: Type.Optional(Type.String({ description: 'RFC 3339; when an SDK last evaluated the flag' })),
  default: Type.Optional(Type.Unknown({ description: 'The default that code passed last' })),
});
export type FlagStatus = Static<typeof FlagStatus>;

export const FlagStatusRep = Type.Object(
  { ...FlagStatus.properties, _links: Links },
  { description: 'How a flag is used in an environment' },
);
export type FlagStatusRep = Static<typeof FlagStatusRep>;

export const FlagStatusList = Type.Object({ _links: Links, items: Type.Array(FlagStatusRep) });

export const FlagStatusEverywhere = Type.Object(
  { key: Type.String(), environments: Type.Record(Type.String(), FlagStatus), _links: Links },
  { description: 'How a flag is used in the environments of its project' },
);
