import { type Static, Type } from 'typebox';

export const StatementRep = Type.Object(
  {
    effect: Type.String({ description: 'allow or deny' }),
    resources: Type.Optional(Type.Array(Type.String())),
    notResources: Type.Optional(Type.Array(Type.String())),
    actions: Type.Optional(Type.Array(Type.String())),
    notActions: Type.Optional(Type.Array(Type.String())),
  },
  { description: 'One sentence of a policy' },
);
export type StatementRep = Static<typeof StatementRep>;

/** A policy in a request; what it holds is checked where policies are read. */
export const PolicyPost = Type.Array(Type.Unknown(), { description: 'Statements of a policy' });

const Reason = Type.Object(
  { effect: Type.String(), role_name: Type.Optional(Type.String()) },
  { additionalProperties: true, description: 'The statement that decided; only its effect when none did' },
);
const Judged = Type.Object({ action: Type.String(), reason: Reason });

export const AccessRep = Type.Object(
  { denied: Type.Array(Judged), allowed: Type.Array(Judged) },
  { description: 'What the caller may and may not do with the resource' },
);
export type AccessRep = Static<typeof AccessRep>;

/** `expand` of a resource that can tell what the caller may do with it. */
export const ExpandQuery = Type.Object({
  expand: Type.Optional(Type.String({ description: 'Names of what to add, separated by commas' })),
});

export const RoleAttributesRep = Type.Record(Type.String(), Type.Array(Type.String()), {
  description: 'Values that policies refer to by ${roleAttribute/name}',
});
