import type { ReactNode } from 'react';
import { Logo } from '../../shell/logo.tsx';
import classes from './sign-in.module.css';

/** The quiet page that people meet before they are signed in. */
export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes['frame']}>
      <div className={classes['card']}>
        <Logo />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
