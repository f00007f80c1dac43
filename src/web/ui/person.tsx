import classes from './ui.module.css';

interface Person {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

/** A name as people write it; the address of those who have not given one. */
export function personName({ firstName = '', lastName = '', email }: Person): string {
  return `${firstName} ${lastName}`.trim() || email;
}

/** Two letters that stand for somebody. */
export function PersonMark({ person }: { person: Person }) {
  const words = personName(person).split(/[\s.@_-]+/);
  const letters = words.slice(0, 2).map((word) => word.charAt(0).toUpperCase());
  return (
    <span className={classes['person']} aria-hidden="true">
      {letters.join('')}
    </span>
  );
}
