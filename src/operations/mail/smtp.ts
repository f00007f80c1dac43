import type { SendMail } from './send-next-mail.ts';

/** Longest silence of a mail server. */
const TIMEOUT_MS = 10_000;

/**
 * Sends mails through a server, as text.
 * @param url `smtp://` or `smtps://`, with name and password if need be
 * @param from what stands in `From:`
 */
export function smtpSender({ url, from }: { readonly url: string; readonly from: string }): SendMail {
  // Loaded where there is a mail server only, which is rare.
  const ready = import('nodemailer').then(({ createTransport }) =>
    createTransport({
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    }),
  );
  return async ({ recipient, subject, body }) => {
    const transport = await ready;
    // An object, so that the address is not read as a list of several.
    await transport.sendMail({ from, to: { name: '', address: recipient }, subject, text: body });
  };
}
