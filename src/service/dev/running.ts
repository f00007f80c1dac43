import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../cli/api-client.ts';
import { CommandError } from '../../cli/command-error.ts';

/** How other commands reach a `slipway dev` that runs. */
export interface Running {
  readonly url: string;
  readonly token: string;
}

const pathIn = (folder: string) => join(folder, 'dev.json');

/** Leaves word, for this user alone. */
export function announce(folder: string, running: Running): void {
  writeFileSync(pathIn(folder), `${JSON.stringify(running)}\n`, { mode: 0o600 });
}

/** Takes the word back, unless a later process has left its own. */
export function withdraw(folder: string, { token }: Running): void {
  if (readRunning(folder)?.token === token) rmSync(pathIn(folder));
}

/** The client for the `slipway dev` of a folder. @throws CommandError when none is running */
export function connectToRunning(folder: string): ApiClient {
  const running = readRunning(folder);
  if (!running) throw new CommandError(`No slipway dev is running here: there is no ${pathIn(folder)}`);
  return new ApiClient(running.url, running.token);
}

function readRunning(folder: string): Running | undefined {
  return existsSync(pathIn(folder)) ? (JSON.parse(readFileSync(pathIn(folder), 'utf8')) as Running) : undefined;
}
