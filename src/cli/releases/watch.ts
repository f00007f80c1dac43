import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseRep } from '../../wire/rest/release.ts';
import type { ExplanationRep } from '../../wire/rest/release-steering.ts';
import { type ApiClient, apiPath } from '../api-client.ts';
import { CommandError } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, printLine, timeOf } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';
import { changesBetween, type Look, type ReleaseChange, statusOf } from './changes.ts';

interface WatchOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  /** Milliseconds, as `interval`. */
  readonly timeout?: number;
  readonly interval: number;
}

/** Prints every change of a release until it is over. @throws CommandError when it ends otherwise than completed */
export async function watchRelease(flagKey: string, options: WatchOptions): Promise<void> {
  const client = connect(options);
  const endsAt = Date.now() + (options.timeout ?? Infinity);
  let before: Look | undefined;
  for (;;) {
    const now = await look(client, flagKey, options);
    for (const change of changesBetween(before, now)) printLine(options, change, () => lineOf(change));
    if (now.explanation.state !== 'active') return end(flagKey, statusOf(now));
    const left = endsAt - Date.now();
    if (left <= 0) throw new CommandError(`The release of ${flagKey} is not over yet (${statusOf(now)})`);
    before = now;
    await sleep(Math.min(options.interval, left));
  }
}

/** The release last: when it moves on in between, the end is told only once its last changes are in it. */
async function look(client: ApiClient, flagKey: string, { project }: WatchOptions): Promise<Look> {
  const path = ['projects', project, 'flags', flagKey, 'release'] as const;
  const explanation = await client.send<ExplanationRep>(apiPath(...path, 'explain'));
  const release = await client.send<ReleaseRep>(apiPath(...path));
  return { release, explanation, at: Date.now() };
}

function end(flagKey: string, status: string): void {
  if (status !== 'completed') throw new CommandError(`The release of ${flagKey} is ${status.replace('-', ' ')}`);
}

function lineOf({ at, kind, phase, audience, environmentKey, status, message, until }: ReleaseChange): string {
  const subject = {
    release: 'release',
    phase: `phase ${phase}`,
    audience: `  ${audience}${environmentKey === undefined ? '' : ` in ${environmentKey}`}`,
    wait: 'waits',
  }[kind];
  const words = [status, message, until === undefined ? undefined : `until ${timeOf(until)}`];
  return `${timeOf(at)}  ${subject}: ${words.filter((word) => word !== undefined).join(', ')}`;
}
