import { type SendMail, sendNextMail, type TriedMail } from '../operations/mail/send-next-mail.ts';
import type { Deps } from '../operations/write.ts';
import { PollLoop } from './poll-loop.ts';

const POLL_INTERVAL_MS = 500;

/** What the loop tells about its work. */
export interface MailObserver {
  tried(mail: TriedMail): void;
  failed(error: unknown): void;
}

/** Sends the mails that are due, one after another. Any number of processes may run such a loop on the same store. */
export function mailLoop(deps: Deps, send: SendMail, observer: MailObserver): PollLoop {
  const look = async () => {
    for (;;) {
      const mail = await sendNextMail(deps, send);
      if (!mail) return;
      observer.tried(mail);
    }
  };
  return new PollLoop(deps.clock, POLL_INTERVAL_MS, look, (error) => observer.failed(error));
}
