import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { request } from '../../api/request.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { NewPasswordInput, secretOfLink } from './new-password-input.tsx';
import { SignInFrame } from './sign-in-frame.tsx';
import classes from './sign-in.module.css';

/** Where the link for another password leads. */
export function ResetPassword() {
  const [secret] = useState(secretOfLink);
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () =>
      request<undefined>('/internal/password-reset/confirm', { method: 'POST', body: { secret, password } }),
  });
  if (reset.isSuccess) {
    return (
      <SignInFrame title="Your password is changed">
        <p className={classes['quiet']} role="status">
          All your sessions have ended. <Link href="/sign-in">Sign in with the new password</Link>
        </p>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title="Choose another password">
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          reset.mutate();
        }}
      >
        <NewPasswordInput value={password} onChange={setPassword} />
        {reset.error && <ErrorNotice error={reset.error} />}
        <Button type="submit" loading={reset.isPending}>
          Change the password
        </Button>
        <p className={classes['quiet']}>
          <Link href="/forgot-password">Ask for another link</Link>
        </p>
      </form>
    </SignInFrame>
  );
}
