import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, Redirect, useSearch } from 'wouter';
import { ApiError } from '../../api/request.ts';
import { useSession, useSignIn, useSignInOptions } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SignInFrame } from './sign-in-frame.tsx';
import classes from './sign-in.module.css';

/** With a password, or with the identity provider where there is one. */
export function SignIn() {
  const returnTo = localPath(new URLSearchParams(useSearch()).get('returnTo'));
  const session = useSession();
  const options = useSignInOptions();
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  if (session.data) return <Redirect to={returnTo} replace />;
  return (
    <SignInFrame title="Sign in">
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate({ email, password });
        }}
      >
        {options.data?.identityProvider && (
          <>
            <Button component="a" href={`/internal/oidc/login?returnTo=${encodeURIComponent(returnTo)}`}>
              Continue with your organization
            </Button>
            <span className={classes['or']}>or with a password</span>
          </>
        )}
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
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
        />
        {signIn.error && <ErrorNotice {...failure(signIn.error)} />}
        <Button
          type="submit"
          loading={signIn.isPending}
          variant={options.data?.identityProvider ? 'default' : 'filled'}
        >
          Sign in
        </Button>
        <p className={classes['quiet']}>
          <Link href="/forgot-password">Forgot your password?</Link>
        </p>
      </form>
    </SignInFrame>
  );
}

/** Another host must not be where signing in leads to. */
function localPath(path: string | null): string {
  return path !== null && /^\/(?![/\\])/.test(path) ? path : '/';
}

function failure(error: unknown): { title: string; error: unknown } {
  if (!(error instanceof ApiError)) return { title: 'You could not be signed in', error };
  const seconds = error.retryAfterSeconds;
  const title = error.status === 401 ? 'That is not the right pair' : 'You could not be signed in';
  if (error.status !== 429 || seconds === undefined) return { title, error };
  return { title: `Too many attempts; try again in ${seconds} s`, error };
}
