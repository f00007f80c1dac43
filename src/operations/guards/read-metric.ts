import { SYSTEM } from '../../domain/access/actor.ts';
import { type Finding, judgeAnswer } from '../../domain/measurement/prometheus-answer.ts';
import { fillQuery, type PrometheusSource } from '../../domain/measurement/prometheus-source.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import { afterFinding, type GuardReading } from '../../domain/rollout/guard-reading.ts';
import { isWatched, type RolloutRun } from '../../domain/rollout/run.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { findFlagKeys, getFlag } from '../../store/flags.ts';
import { claimDueReading, deleteReadings, saveReading } from '../../store/guard-readings.ts';
import { findRun } from '../../store/rollout-runs.ts';
import { sendSafely } from '../webhooks/safe-request.ts';
import { type Deps, write } from '../write.ts';
import type { Taken } from './ask-gate.ts';
import { within } from './within.ts';

const TIMEOUT_MS = 10_000;
const LEASE_MS = 60_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** A metric of a rollout that is to be read, and all that is needed for it. */
interface Subject {
  readonly run: RolloutRun;
  readonly flag: Flag;
  readonly environmentKey: string;
  readonly source: PrometheusSource;
  readonly isHigherBetter: boolean;
}

/**
 * Takes one metric of another system that is due to be read; nobody else reads it meanwhile. Reading it stores what it says,
 * and has the rollout looked at when it says something else than before.
 * @returns undefined when none is due
 */
export async function takeReading(deps: Deps): Promise<Taken | undefined> {
  const { database, clock } = deps;
  const now = clock.now();
  const reading = await database.transaction((tx) => claimDueReading(database, tx, { now, until: now + LEASE_MS }));
  return reading && ((stop) => read(deps, reading, stop));
}

async function read(deps: Deps, reading: GuardReading, stop: AbortSignal): Promise<void> {
  const { clock } = deps;
  const subject = await findSubject(deps, reading);
  if (!subject) return write(deps, SYSTEM, ({ tx }) => deleteReadings(tx, reading.runId));
  const finding = await deps.tracer.root('metric reading', {}, () =>
    within({ clock, timeoutMs: TIMEOUT_MS, stop }, (signal) => ask(deps, subject, signal)),
  );
  if (!stop.aborted) deps.observer.metricRead(finding.kind);
  const now = clock.now();
  const { failureLimit } = subject.source;
  const after = stop.aborted ? { ...reading, dueAt: now } : afterFinding(reading, finding, { failureLimit, now });
  await write(deps, SYSTEM, async (write) => {
    const isWanted = await saveReading(write.tx, after);
    if (!isWanted || after.last?.state === reading.last?.state) return;
    write.schedule({ kind: 'look-at-rollout', subject: reading.runId, dueAtMs: now });
  });
}

async function ask({ limits }: Deps, subject: Subject, signal: AbortSignal): Promise<Finding> {
  const { run, flag, environmentKey, source } = subject;
  const query = fillQuery(source.query, { flagKey: flag.key, environmentKey, release: run.releaseId ?? '' });
  const url = `${source.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`;
  const { allowsPrivateWebhooks } = limits;
  const answered = await sendSafely(url, {
    method: 'GET',
    headers: { accept: 'application/json' },
    signal,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    allowsPrivateWebhooks,
  });
  if (answered.text === undefined) return { kind: 'none', message: answered.error ?? 'no answer' };
  const variation = (id: string) => flag.variations.find((one) => one.id === id);
  const target = variation(run.plan.targetVariationId);
  const control = variation(run.plan.originalVariationId);
  if (!target || !control) return { kind: 'none', message: 'a variation of the rollout is gone' };
  const finding = judgeAnswer(parse(answered.text), { ...subject, target, control });
  if (finding.kind === 'none' && answered.status !== 200) {
    return { kind: 'none', message: `status ${answered.status}: ${finding.message}` };
  }
  return finding;
}

/** @returns undefined when nobody wants to know any more */
async function findSubject({ database }: Deps, { runId, metricKey }: GuardReading): Promise<Subject | undefined> {
  const { db } = database;
  const run = await findRun(db, runId);
  const definition = run?.metrics.find(({ key }) => key === metricKey)?.definition;
  if (!run || !isWatched(run) || !definition?.prometheus) return undefined;
  const [flagKey] = await findFlagKeys(db, [run.flagId]);
  const environment = (await listAllEnvironments(db, [run.projectId])).find(({ id }) => id === run.environmentId);
  if (flagKey === undefined || !environment) return undefined;
  return {
    run,
    flag: await getFlag(db, run.projectId, flagKey),
    environmentKey: environment.key,
    source: definition.prometheus,
    isHigherBetter: definition.successCriteria === 'HigherThanBaseline',
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
