// @ts-check
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/**
 * Runs `npm ci` when node_modules is missing, half-written, or older than package-lock.json.
 * npm writes node_modules/.package-lock.json last, so its time is when the installation was complete.
 * Expects the project's folder as working directory. Ends the process when the installation fails.
 */
export function ensureInstalled() {
  const lockedAtMs = statSync('package-lock.json').mtimeMs;
  const installedAtMs = statSync('node_modules/.package-lock.json', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (installedAtMs >= lockedAtMs) return;

  console.error('Installing dependencies (npm ci), once per change of package-lock.json …');
  // Everything goes to stderr: stdout belongs to the command. Development dependencies are wanted even when
  // NODE_ENV=production, because this is a checkout; a production image installs by itself.
  const npm = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32', // npm is npm.cmd there
  });
  if (npm.error) console.error(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) process.exit(npm.status ?? 1);
}
