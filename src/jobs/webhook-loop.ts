import { deliverNext, type ToPayload } from '../operations/webhooks/deliver.ts';
import type { Deps } from '../operations/write.ts';
import { PollLoop } from './poll-loop.ts';

const POLL_INTERVAL_MS = 500;

/** Tries all deliveries to webhooks that are due now, one after another. @returns how many */
export async function deliverDueWebhooks(deps: Deps, toPayload: ToPayload): Promise<number> {
  for (let count = 0; ; count++) {
    if (!(await deliverNext(deps, toPayload))) return count;
  }
}

/** The postman of the process. Any number of processes may run one on the same store. */
export function webhookLoop(deps: Deps, toPayload: ToPayload, failed: (error: unknown) => void): PollLoop {
  const look = async () => {
    await deliverDueWebhooks(deps, toPayload);
  };
  return new PollLoop(deps.clock, POLL_INTERVAL_MS, look, failed);
}
