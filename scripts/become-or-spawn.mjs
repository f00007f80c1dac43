// @ts-check
import { spawn } from 'node:child_process';

/**
 * Runs `node` with these arguments as if it had been started in place of this process.
 *
 * Newer Nodes can replace the process image, so that signals, exit code and terminal need no help from us and no
 * second process stays in memory. Node 20 (the first run after a clone) and Windows cannot: there a child is started,
 * signals are passed on and its end becomes our end.
 * @param {string} node
 * @param {string[]} nodeArguments
 * @param {NodeJS.ProcessEnv} env
 */
export function becomeOrSpawn(node, nodeArguments, env) {
  if (process.execve && process.platform !== 'win32') {
    process.execve(node, [node, ...nodeArguments], env);
  }

  const child = spawn(node, nodeArguments, { stdio: 'inherit', env });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches the whole process group: the child has had it already.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
