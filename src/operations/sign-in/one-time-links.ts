import { InvalidRequest } from '../../domain/errors.ts';
import { insertLink, isLinkOpen, type LinkPurpose, takeLink } from '../../store/one-time-links.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import type { Deps, Write } from '../write.ts';

/** Makes a link that works once. @returns its secret */
export async function createLink(
  { tx, now }: Write,
  link: { readonly purpose: LinkPurpose; readonly memberId: string; readonly expiresAt: number },
): Promise<string> {
  const secret = newSecret();
  await insertLink(tx, { ...link, secretHash: hashSecret(secret), now });
  return secret;
}

/** Looks at a link before anything costly is done for its sake. @throws InvalidRequest when it does not work */
export async function requireOpenLink({ database, clock }: Deps, purpose: LinkPurpose, secret: string): Promise<void> {
  const isOpen = await isLinkOpen(database.db, { secretHash: hashSecret(secret), purpose, now: clock.now() });
  if (!isOpen) throw brokenLink();
}

/** Uses up a link. @returns the id of its member @throws InvalidRequest when it does not work (any more) */
export async function useLink({ tx, now }: Write, purpose: LinkPurpose, secret: string): Promise<string> {
  const memberId = await takeLink(tx, { secretHash: hashSecret(secret), purpose, now });
  if (memberId === undefined) throw brokenLink();
  return memberId;
}

const brokenLink = () =>
  new InvalidRequest('secret: expected that of a link that has not been used and is not too old');
