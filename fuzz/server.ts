import { randomUUID } from 'node:crypto';
import { readConfig } from '../src/config.ts';
import { createSlipway } from '../src/slipway.ts';
import { manualClock } from '../tests/support/manual-clock.ts';
import { type Subject, subjectOf } from './subject.ts';

/* The service in a process of its own: answers the questions of remote-subject.ts. */

type Question = { readonly id: number; readonly ask: 'digest' | 'heapBytes' | 'pass'; readonly ms?: number };

async function main(databaseUrl: string): Promise<void> {
  const token = `api-${randomUUID()}`;
  const clock = manualClock();
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    SLIPWAY_ACCESS_TOKEN: token,
    SLIPWAY_ADMIN_PASSWORD: 'a long password',
    LOG_LEVEL: 'error',
    SLIPWAY_RATE_LIMIT_GLOBAL: '0',
    SLIPWAY_RATE_LIMIT_ROUTE: '0',
    SLIPWAY_RATE_LIMIT_FAILURES: '0',
  });
  const slipway = await createSlipway(config, { clock });
  const subject = subjectOf(slipway, clock, token, await slipway.listen());
  process.on('message', (question: Question) => void answer(subject, question));
  process.once('disconnect', () => process.exit(0));
  process.send?.({ url: subject.url, token });
}

async function answer(subject: Subject, { id, ask, ms = 0 }: Question): Promise<void> {
  const value = ask === 'pass' ? await subject.pass(ms) : await subject[ask]();
  process.send?.({ id, value });
}

await main(process.argv[2] ?? '');
