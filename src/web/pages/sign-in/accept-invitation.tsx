import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Redirect } from 'wouter';
import { useAcceptInvitation } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { NewPasswordInput, secretOfLink } from './new-password-input.tsx';
import { SignInFrame } from './sign-in-frame.tsx';
import classes from './sign-in.module.css';

/** Where the link of an invitation leads. */
export function AcceptInvitation() {
  const [secret] = useState(secretOfLink);
  const [firstName, setFirstName] = useState('');
  const [lastName, setLastName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useAcceptInvitation();
  if (accept.isSuccess) return <Redirect to="/" replace />;
  return (
    <SignInFrame title="Welcome to Slipway">
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate({ secret, password, ...(firstName && { firstName }), ...(lastName && { lastName }) });
        }}
      >
        <TextInput
          label="First name"
          autoComplete="given-name"
          value={firstName}
          onChange={(event) => setFirstName(event.currentTarget.value)}
        />
        <TextInput
          label="Last name"
          autoComplete="family-name"
          value={lastName}
          onChange={(event) => setLastName(event.currentTarget.value)}
        />
        <NewPasswordInput value={password} onChange={setPassword} />
        {accept.error && <ErrorNotice error={accept.error} />}
        <Button type="submit" loading={accept.isPending}>
          Accept the invitation
        </Button>
      </form>
    </SignInFrame>
  );
}
