import type { Server as TlsServer } from 'node:tls';
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
import { StoreHealth } from './store-health.ts';
import { startTracing } from './tracing/start-tracing.ts';
import { databaseObserver, operationsObserver } from './observers.ts';
import { createHttpServer } from './http-server.ts';
import { openDatabase } from './store/database.ts';
import { createNotifications } from './store/notifications.ts';
import type { ConnectionLimits } from './connections.ts';
import { LOOK_AT_FILES_MS, readTlsPair, tlsWatcher } from './tls.ts';

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

/** What a caller may bring of its own. */
export interface Given {
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly connectionLimits?: ConnectionLimits;
}

/** Builds the whole service from its configuration. @throws Error when it cannot be started */
export async function createSlipway(config: Config, given: Given = {}): Promise<Slipway> {
  const clock = given.clock ?? systemClock;
  const logger = given.logger ?? pino({ level: config.logLevel });
  const tls = config.tls && readTlsPair(config.tls);
  const metrics = createMetrics();
  const tracer = await startTracing(config.tracing, logger);
  const database = await openDatabase(config.databaseUrl, {
    waitMs: config.databaseWaitMs,
    observer: databaseObserver(metrics, tracer),
  });
  const notifications = createNotifications(database);
  const deps = createDeps(config, { database, notifications, clock, tracer, observer: operationsObserver(metrics) });
  const health = new StoreHealth(database, clock);
  const receipts = new Receipts(clock, (ms) => metrics.deliveries.observe(ms / 1_000));
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
      const { kind } = timer;
      metrics.timers.inc({ kind, outcome: error === undefined ? 'done' : 'failed' });
      metrics.timerLateness.observe({ kind }, Math.max(0, clock.now() - timer.dueAtMs) / 1_000);
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
      metrics.mails.inc({ outcome: error === undefined ? 'sent' : 'failed' });
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
    health,
    logger,
    baseUrl: config.baseUrl,
    rateLimits: config.rateLimits,
    oidc: config.oidc,
    tls,
    connectionLimits: given.connectionLimits,
  });
  const stopWatchingFiles =
    config.tls && tls
      ? clock.every(
          LOOK_AT_FILES_MS,
          tlsWatcher(config.tls, tls, {
            use: (pair) => (server.server as unknown as TlsServer).setSecureContext(pair),
            failed: (err) => logger.warn({ err }, 'the certificate could not be read again; the former one stays'),
          }),
        )
      : undefined;
  await notifications.start();
  health.start();
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
    stopWatchingFiles?.();
    await server.close();
    streams.stop();
    await receiptReports.stop();
    await sightings.settled();
    await timers.stop();
    await postman.stop();
    await Promise.all(guards.map((guard) => guard.stop()));
    await mailer.stop();
    health.stop();
    await notifications.stop();
    await database.close();
    await tracer.stop();
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
