import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as a mail server got it. */
export interface ReceivedMail {
  readonly to: readonly string[];
  /** Headers and text as they came, with soft line breaks taken out. */
  readonly text: string;
}

/** A mail server that keeps what it gets. */
export interface Mailbox {
  readonly url: string;
  readonly mails: ReceivedMail[];
  /** Whether it turns mails away for now. */
  isBusy: boolean;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, done) => done(mailbox.isBusy ? new Error('busy') : null),
    onData: (stream, { envelope }, done) => {
      let text = '';
      stream.on('data', (chunk) => (text += String(chunk)));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text: text.replaceAll('=\r\n', '').replaceAll('=3D', '=') });
        done();
      });
    },
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as AddressInfo;
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    isBusy: false,
    close: () => new Promise((done) => server.close(done)),
  };
  return mailbox;
}
