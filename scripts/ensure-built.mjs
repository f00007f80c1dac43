// @ts-check
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Everything that pages are made of. */
const SOURCES = ['src/web', 'src/wire', 'src/domain', 'vite.config.ts', 'package-lock.json'];
const OUTPUT = 'dist/web';
/** A file among the pages that says what they were built from. */
const STAMP = '.built-from';
const VITE = 'node_modules/vite/bin/vite.js';

/**
 * Builds the pages with Vite when something that they are made of has changed since the last time.
 * Expects the project's folder as working directory, and the dependencies to be installed.
 * @param {string} node the Node that is to build
 * @throws {Error} when the build fails
 */
export function ensureBuilt(node) {
  const sources = fingerprint();
  if (readStamp() === sources) return;

  const startedAtMs = Date.now();
  console.error('Building the pages (vite build), once per change of their sources …');
  // Beside the former pages, which are served until these are whole, and apart from another build at the same time.
  const fresh = `${OUTPUT}.${process.pid}`;
  const vite = spawnSync(node, [VITE, 'build', '--logLevel', 'warn', '--outDir', resolve(fresh)], {
    stdio: ['ignore', 2, 2], // stdout belongs to the command
    env: { ...process.env, NODE_ENV: 'production' }, // tests run under another one
  });
  if (vite.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    const reason = vite.error?.message ?? `vite ended with ${vite.status ?? vite.signal}`;
    throw new Error(`The pages could not be built: ${reason}`);
  }
  writeFileSync(join(fresh, STAMP), sources);
  rmSync(OUTPUT, { recursive: true, force: true });
  renameSync(fresh, OUTPUT);
  console.error(`Built in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

/** Names, sizes and times of all sources, so that a file that is gone counts as a change, too. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap(filesIn)) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesIn(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => filesIn(join(path, entry.name)))
    .toSorted();
}

function readStamp() {
  try {
    return readFileSync(join(OUTPUT, STAMP), 'utf8');
  } catch {
    return undefined;
  }
}
