import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SERVICE } from '../../scripts/ensure-built.mjs';

/** How a command has ended, and what it has printed. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it has printed with `--json`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into without ceremony
  json(): any;
}

const MAIN = fileURLToPath(new URL(`../../${SERVICE.output}/main.js`, import.meta.url));

/** A command on its way. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

/** Starts the command `slipway` as people do: a process of its own, with nothing of our environment but what is given. */
export function startSlipway(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
    json: () => JSON.parse(stdout) as unknown,
  }));
  return { child, ended };
}

/** Runs the command to its end. */
export function slipway(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CommandResult> {
  return startSlipway(environment, ...args).ended;
}
