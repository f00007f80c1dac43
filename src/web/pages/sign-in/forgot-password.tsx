import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { request } from '../../api/request.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SignInFrame } from './sign-in-frame.tsx';
import classes from './sign-in.module.css';

/** Has a link for another password sent. */
export function ForgotPassword() {
  const [email, setEmail] = useState('');
  const ask = useMutation({
    mutationFn: () => request<undefined>('/internal/password-reset', { method: 'POST', body: { email } }),
  });
  if (ask.isSuccess) {
    return (
      <SignInFrame title="Look into your mail">
        <p className={classes['quiet']} role="status">
          If {email} is the address of a member, a link is on its way to it. It works once, for an hour. Where no mail
          server is set up, the link is in the log of the service.
        </p>
        <p className={classes['quiet']}>
          <Link href="/sign-in">Back to signing in</Link>
        </p>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title="Another password">
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <TextInput
          label="E-mail address"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {ask.error && <ErrorNotice error={ask.error} />}
        <Button type="submit" loading={ask.isPending}>
          Send a link
        </Button>
        <p className={classes['quiet']}>
          <Link href="/sign-in">Back to signing in</Link>
        </p>
      </form>
    </SignInFrame>
  );
}
