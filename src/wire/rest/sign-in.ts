import { type Static, Type } from 'typebox';
import { StatementRep } from './access.ts';

const Email = Type.String({ description: 'E-mail address of a member', maxLength: 254 });
const Password = Type.String({ description: 'At least 8 characters' });
const Secret = Type.String({ description: 'What stands behind # in the link that was sent', maxLength: 256 });

export const SignInOptions = Type.Object(
  {
    password: Type.Boolean({ description: 'With a password' }),
    identityProvider: Type.Boolean({ description: 'With an identity provider, at /internal/oidc/login' }),
  },
  { description: 'Ways to sign in' },
);
export type SignInOptions = Static<typeof SignInOptions>;

export const SignInPost = Type.Object(
  { email: Email, password: Type.String({ maxLength: 1024 }) },
  { description: 'Who wants to sign in' },
);

export const PasswordChangePost = Type.Object(
  { oldPassword: Type.String({ maxLength: 1024 }), newPassword: Password },
  { description: 'Another password for the member who is signed in' },
);

export const PasswordResetPost = Type.Object({ email: Email }, { description: 'Who has forgotten their password' });

export const PasswordResetConfirmPost = Type.Object(
  { secret: Secret, password: Password },
  { description: 'A new password, by the link that was sent' },
);

export const InvitationAcceptPost = Type.Object(
  {
    secret: Secret,
    password: Password,
    firstName: Type.Optional(Type.String()),
    lastName: Type.Optional(Type.String()),
  },
  { description: 'An invitation that is accepted' },
);

export const SessionRole = Type.Object(
  {
    name: Type.Optional(Type.String({ description: 'The key of a custom role; base roles have none' })),
    basePermissions: Type.Union([Type.Literal('reader'), Type.Literal('no_access')]),
    policy: Type.Array(StatementRep),
  },
  { description: 'A role of whoever is signed in, with the values of role attributes in their places' },
);
export type SessionRole = Static<typeof SessionRole>;
