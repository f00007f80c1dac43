import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How long npm may take. */
const INSTALL_DEADLINE_MS = 3 * 60_000;

/**
 * Installs a package beside which we are measured, once, into a folder for temporary files: it is no dependency of ours.
 * @returns its folder; undefined where it cannot be installed, with a word about why on the error output
 */
export async function installPeer(name: string, version: string): Promise<string | undefined> {
  const home = join(tmpdir(), 'slipway-bench-peers', `${name}-${version}`);
  const folder = join(home, 'node_modules', name);
  const finished = join(home, 'finished');
  if (existsSync(finished)) return folder;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  const npm = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`];
  try {
    await promisify(execFile)('npm', npm, { cwd: home, timeout: INSTALL_DEADLINE_MS });
  } catch (error) {
    console.error(`${name} could not be installed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  writeFileSync(finished, '');
  return folder;
}
