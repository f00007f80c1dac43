import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { createDeps } from './deps.ts';
import { mailLoop } from './jobs/mail-loop.ts';
import type { PollLoop } from './jobs/poll-loop.ts';
import { timerLoop } from './jobs/timer-loop.ts';
import { GuardLoop } from './jobs/guard-loop.ts';
import { webhookLoop } from './jobs/webhook-loop.ts';
import { createMetrics } from './metrics.ts';
import type { SendMail } from './operations/mail/send-next-mail.ts';
import { smtpSender } from './operations/mail/smtp.ts';
import { takeGateCheck } from './operations/guards/ask-gate.ts';
import { takeReading } from './operations/guards/read-metric.ts';
import { startPruning } from './operations/prune-audit-log.ts';
import { seedAccount, type Seeded } from './operations/seed-account.ts';
import type { Deps } from './operations/write.ts';
import { Feeds } from './sdk/feeds.ts';
import { AutoConfigStreams } from './sdk/relay/auto-config-streams.ts';
import { BigSegmentStreams } from './sdk/relay/big-segment-streams.ts';
import { ReceiptReports } from './sdk/receipt-reports.ts';
import { Receipts } from './sdk/receipts.ts';
import { Streams } from './sdk/streams.ts';
import { Sightings } from './sdk/sightings.ts';
import { auditPayload } from './rest/audit-versions.ts';
import { createHttpServer } from './http-server.ts';
import { openDatabase } from './store/database.ts';
import { createNotifications } from './store/notifications.ts';

/** A running Slipway. */
export interface Slipway extends Deps {
  readonly server: FastifyInstance;
  readonly feeds: Feeds;
  readonly sightings: Sightings;
  readonly timers: PollLoop;
  /** Ask gates, and other systems for metrics. */
  readonly guards: readonly GuardLoop[];
  /** What was made up at the very first start. */
  readonly seeded: Seeded | undefined;
  /** Starts to listen. @returns the address, such as `http://127.0.0.1:4300` */
  listen(): Promise<string>;
  /** Ends streams and requests, then the store. May be called again. */
  close(): Promise<void>;
}

/** Builds the whole service from its configuration; with a clock and a log of the caller's where it brings them. */
export async function createSlipway(config: Config, given: { clock?: Clock; logger?: Logger } = {}): Promise<Slipway> {
  const clock = given.clock ?? systemClock;
  const logger = given.logger ?? pino({ level: config.logLevel });
  const metrics = createMetrics();
  const database = await openDatabase(config.databaseUrl);
  const notifications = createNotifications(database);
  const deps = createDeps(config, { database, notifications, clock });
  const receipts = new Receipts(clock);
  const streams = new Streams({
    clock,
    metrics,
    receipts,
    maxAgeMs: config.streamMinutes * 60_000,
    onError: (err) => logger.warn({ err }, 'keys of streams could not be looked up'),
  });
  const receiptReports = new ReceiptReports(deps, receipts, (err) =>
    logger.warn({ err }, 'figures of streams could not be stored'),
  );
  const feeds = new Feeds({
    ...deps,
    heard: (environmentId, payloadVersion) => receipts.heard(environmentId, payloadVersion),
    onError: (err) => logger.warn({ err }, 'feeds could not catch up'),
  });
  const autoConfigStreams = new AutoConfigStreams({
    ...deps,
    onError: (err) => logger.warn({ err }, 'Relay Proxies could not be told of environments'),
  });
  const bigSegmentStreams = new BigSegmentStreams({
    ...deps,
    onError: (err) => logger.warn({ err }, 'Relay Proxies could not be told of keys of big segments'),
  });
  const sightings = new Sightings(deps, (err) => logger.warn({ err }, 'an application could not be stored'));
  const timers = timerLoop(deps, {
    rang: ({ timer, error }) => {
      metrics.timers.inc({ kind: timer.kind, outcome: error === undefined ? 'done' : 'failed' });
      if (error !== undefined) logger.error({ err: error, timer }, 'timer failed and will ring again');
    },
    failed: (err) => logger.warn({ err }, 'timers could not be read'),
  });
  const postman = webhookLoop(deps, auditPayload(database.db), (err) =>
    logger.warn({ err }, 'webhooks could not be served'),
  );
  const guards = [takeGateCheck, takeReading].map(
    (take) =>
      new GuardLoop(
        clock,
        () => take(deps),
        (err) => logger.warn({ err }, 'gates and metrics of others could not be asked'),
      ),
  );
  const mailer = mailLoop(deps, mailSender(config, logger), {
    tried: ({ error, mailId }) => {
      if (error !== undefined) logger.warn({ err: error, mailId }, 'mail could not be sent');
    },
    failed: (err) => logger.warn({ err }, 'mails could not be read'),
  });
  const seeded = await seedAccount(deps, config);
  await startPruning(deps);
  const server = await createHttpServer({
    ...deps,
    feeds,
    sightings,
    streams,
    autoConfigStreams,
    bigSegmentStreams,
    metrics,
    logger,
    baseUrl: config.baseUrl,
    rateLimits: config.rateLimits,
    oidc: config.oidc,
  });
  await notifications.start();
  feeds.start();
  autoConfigStreams.start();
  bigSegmentStreams.start();
  streams.start();
  receiptReports.start();
  timers.start();
  postman.start();
  for (const guard of guards) guard.start();
  mailer.start();

  let closing: Promise<void> | undefined;
  const close = async () => {
    await server.close();
    streams.stop();
    await receiptReports.stop();
    await sightings.settled();
    await timers.stop();
    await postman.stop();
    await Promise.all(guards.map((guard) => guard.stop()));
    await mailer.stop();
    await notifications.stop();
    await database.close();
  };
  return {
    ...deps,
    server,
    feeds,
    sightings,
    timers,
    guards,
    seeded,
    listen: () => server.listen({ port: config.port, host: config.host }),
    close: () => (closing ??= close()),
  };
}

/** Without a mail server, the log takes its place: whoever runs the service can pass links on. */
function mailSender({ smtpUrl, mailFrom }: Config, logger: Logger): SendMail {
  if (smtpUrl !== undefined) return smtpSender({ url: smtpUrl, from: mailFrom });
  return async ({ recipient, subject, body }) => logger.info({ recipient, subject, body }, 'no mail server, so here');
}
