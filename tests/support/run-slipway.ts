import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a command of the command line ended. */
export interface CommandResult {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command on its way. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts `slipway` with arguments, as a process of its own, with no more of the environment than the path. */
export function startSlipway(args: readonly string[], cwd?: string): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    return () => Buffer.concat(parts).toString();
  });
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout: stdout?.() ?? '',
    stderr: stderr?.() ?? '',
  }));
  return { child, ended };
}

/** Runs `slipway` to its end. */
export function runSlipway(args: readonly string[], cwd?: string): Promise<CommandResult> {
  return startSlipway(args, cwd).ended;
}
