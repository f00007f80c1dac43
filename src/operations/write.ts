import type { Clock } from '../clock.ts';
import { type Actor, recordOf } from '../domain/access/actor.ts';
import type { Change } from '../domain/change.ts';
import { StaleVersion } from '../domain/errors.ts';
import type { DecisionContext, NewIds } from '../domain/ids.ts';
import { appendChange } from '../store/changes.ts';
import { type Database, isLostRace, type Tx } from '../store/database.ts';
import { appendDeliveries, type DeliveryItem, type PayloadVersion } from '../store/deliveries.ts';
import type { Notifications } from '../store/notifications.ts';
import type { OperationsObserver } from './observer.ts';
import { enqueueForWebhooks } from './webhooks/enqueue.ts';
import { saveTimer, type Timer } from '../store/timers.ts';
import type { Tracer } from '../tracing/tracer.ts';

/** What operations stand on. */
export interface Deps {
  readonly database: Database;
  readonly notifications: Notifications;
  readonly clock: Clock;
  readonly ids: NewIds;
  readonly limits: Limits;
  /** Where people reach the service; what links in mails begin with. No slash at the end. */
  readonly publicUrl: string;
  readonly tracer: Tracer;
  readonly observer: OperationsObserver;
}

/** What there may be, and how much of it, as the operator has set it. */
export interface Limits {
  readonly flagsPerProject: number;
  /** Days that the audit log is kept; 0 for ever. */
  readonly auditLogDays: number;
  /** Most contexts, and most context instances, that are remembered in an environment. */
  readonly contextsPerEnvironment: number;
  /** Days that a context is remembered that is not seen any more; 0 for ever. */
  readonly contextDays: number;
  /** Days that counts of evaluations are kept; 0 for ever. */
  readonly evaluationDays: number;
  /** Whether webhooks may go to addresses of this machine and network. */
  readonly allowsPrivateWebhooks: boolean;
}

/** A running write: the transaction, the decision context, and what is to follow from it. */
export interface Write extends DecisionContext {
  readonly tx: Tx;
  readonly actor: Actor;
  readonly limits: Limits;
  /** Where people reach the service. */
  readonly publicUrl: string;
  /** Adds an entry to the audit log; by the write's actor unless said otherwise. */
  record(change: Change, by?: Actor): void;
  /** Hands an item to the SDKs of an environment. */
  deliver(environmentId: string, item: DeliveryItem): void;
  /** Sets an alarm, in place of the subject's earlier one. */
  schedule(timer: Timer): void;
}

/** How often a lost race is run again before the caller is told. */
const MAX_ATTEMPTS = 8;

/**
 * Runs a write: everything in `body`, its audit entries, its deliveries and its timers are stored together or not at
 * all; afterwards the feeds hear of it. When another write was faster, it is run again on the new state.
 * @throws StaleVersion when the race is lost again and again; whatever `body` throws
 */
export async function write<T>(deps: Deps, actor: Actor, body: (write: Write) => Promise<T>): Promise<T> {
  return deps.tracer.part('write', { 'slipway.actor': actor.kind }, () => writeUntilWon(deps, actor, body));
}

async function writeUntilWon<T>(deps: Deps, actor: Actor, body: (write: Write) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeOnce(deps, actor, body);
    } catch (error) {
      if (!(error instanceof StaleVersion) && !isLostRace(error)) throw error;
      const isLast = attempt === MAX_ATTEMPTS;
      deps.observer.lostRace(isLast ? 'given up' : 'tried again');
      if (isLast) throw new StaleVersion();
    }
  }
}

async function writeOnce<T>(deps: Deps, actor: Actor, body: (write: Write) => Promise<T>): Promise<T> {
  const changes: { change: Change; by: Actor }[] = [];
  const deliveries = new Map<string, DeliveryItem[]>();
  const timers: Timer[] = [];
  const now = deps.clock.now();
  const { result, news } = await deps.database.transaction(async (tx) => {
    const result = await body({
      tx,
      actor,
      limits: deps.limits,
      publicUrl: deps.publicUrl,
      now,
      ids: deps.ids,
      record: (change, by = actor) => changes.push({ change, by }),
      deliver: (environmentId, item) => {
        deliveries.set(environmentId, [...(deliveries.get(environmentId) ?? []), item]);
      },
      schedule: (timer) => timers.push(timer),
    });
    const entries = changes.map(({ change, by }) => {
      return { ...change, id: deps.ids.objectId(), occurredAt: now, actor: recordOf(by) };
    });
    for (const entry of entries) await appendChange(tx, entry);
    await enqueueForWebhooks(tx, entries, deps.ids);
    for (const timer of timers) await saveTimer(tx, timer);
    const news = await deliverAll(tx, deliveries);
    await deps.notifications.send(tx, news);
    return { result, news };
  });
  deps.notifications.announce(news);
  return result;
}

/** Last in the transaction and in the order of ids, since it locks the environments: briefly, and never crosswise. */
async function deliverAll(
  tx: Tx,
  deliveries: ReadonlyMap<string, readonly DeliveryItem[]>,
): Promise<readonly PayloadVersion[]> {
  const news: PayloadVersion[] = [];
  for (const [environmentId, items] of [...deliveries].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const newest = new Map(items.map((item) => [`${item.kind} ${item.key}`, item]));
    const payloadVersion = await appendDeliveries(tx, environmentId, [...newest.values()]);
    if (payloadVersion) news.push(payloadVersion);
  }
  return news;
}
