import classes from './shell.module.css';

/** The mark and the name. */
export function Logo() {
  return (
    <span className={classes['wordmark']}>
      <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#0b6072" />
        <path d="M6 21.5 26 15v3.4L6 25z" fill="#7fd3e0" />
        <path d="M9 17.2V8.5l13.5 4.3z" fill="#fff" />
      </svg>
      Slipway
    </span>
  );
}
