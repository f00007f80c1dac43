import { countTry, waitMs } from '../../domain/access/login-throttle.ts';
import { RateLimited } from '../../domain/errors.ts';
import { deleteFailures, deleteOldFailures, getFailuresForUpdate, saveFailures } from '../../store/login-failures.ts';
import type { Write } from '../write.ts';

/** Who tries: the e-mail that is named, and the address that the request comes from. */
export interface Trier {
  readonly email: string;
  readonly address: string;
}

type Purpose = 'sign-in' | 'reset';

const subjectsOf = (purpose: Purpose, { email, address }: Trier) =>
  ({ email: `${purpose} email ${email.toLowerCase()}`, address: `${purpose} address ${address}` }) as const;

/**
 * Counts a try as a failure before it is known how it ends, so that trying many at once is of no use.
 * @throws RateLimited while there is to be waited, whatever would be right; the try does not count then
 */
export async function countAttempt({ tx, now }: Write, purpose: Purpose, trier: Trier): Promise<void> {
  await deleteOldFailures(tx, now);
  const { email, address } = subjectsOf(purpose, trier);
  // Always in this order, so that two tries never wait for each other.
  const tries = [
    { subject: email, failures: await getFailuresForUpdate(tx, email, now) },
    { subject: address, failures: await getFailuresForUpdate(tx, address, now) },
  ];
  const wait = Math.max(...tries.map(({ failures }) => waitMs(failures, now)));
  if (wait > 0) throw new RateLimited(Math.ceil(wait / 1_000));
  for (const { subject, failures } of tries) await saveFailures(tx, subject, countTry(failures, now));
}

/**
 * Takes back a try that was none: nothing counts against the e-mail any more, and one less against the address, which
 * somebody may use to guess at others.
 */
export async function forgiveAttempt({ tx, now }: Write, trier: Trier): Promise<void> {
  const { email, address } = subjectsOf('sign-in', trier);
  await deleteFailures(tx, email);
  const failures = await getFailuresForUpdate(tx, address, now);
  await saveFailures(tx, address, { ...failures, count: Math.max(0, failures.count - 1) });
}

/** Has nothing count against an e-mail any more, since its owner has shown themselves in another way. */
export async function forgiveEmail({ tx }: Write, email: string): Promise<void> {
  await deleteFailures(tx, subjectsOf('sign-in', { email, address: '' }).email);
}
