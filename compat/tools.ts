import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from './evaluations.ts';

/** Where a tool finds the service. */
export interface Place {
  readonly url: string;
  readonly token: string;
}

/** An official tool that talks to the management API. */
export interface Tool {
  readonly name: string;
  /** Gets what it needs. @returns a function that uses it and throws what is wrong */
  prepare(): (place: Place) => Promise<void>;
}

/** Uses a tool of another language: a program that ends with 0 when all is well. */
export function runProgram([command, ...argv]: Command): (place: Place) => Promise<void> {
  return async ({ url, token }) => {
    const env = { ...process.env, SLIPWAY_URL: url, SLIPWAY_TOKEN: token };
    const program = spawn(command, argv, { stdio: ['ignore', 'inherit', 'inherit'], env });
    const [code] = await once(program, 'close');
    if (code !== 0) throw new Error(`it ended with ${String(code)}`);
  };
}
