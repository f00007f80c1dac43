// @ts-check
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * @typedef {object} Artifact Something that Vite builds of the sources.
 * @property {string} name as people call it
 * @property {readonly string[]} sources everything that it is made of
 * @property {string} output
 * @property {string} config
 */

/** @type {Artifact} */
export const PAGES = {
  name: 'pages',
  sources: ['src/web', 'src/wire', 'src/domain', 'vite.config.ts', 'package-lock.json'],
  output: 'dist/web',
  config: 'vite.config.ts',
};

/** @type {Artifact} */
export const SERVICE = {
  name: 'service',
  sources: ['src', 'package.json', 'package-lock.json', 'vite.service.config.ts'],
  output: 'build',
  config: 'vite.service.config.ts',
};

/** A file in what was built that says what it was built from. */
const STAMP = '.built-from';
const VITE = 'node_modules/vite/bin/vite.js';

/**
 * Builds an artifact with Vite when something that it is made of has changed since the last time.
 * Expects the project's folder as working directory, and the dependencies to be installed.
 * @param {string} node the Node that is to build
 * @param {Artifact} artifact
 * @throws {Error} when the build fails
 */
export function ensureBuilt(node, { name, sources, output, config }) {
  const current = fingerprint(sources);
  if (readStamp(output) === current) return;

  const startedAtMs = Date.now();
  console.error(`Building the ${name} (vite build), once per change of the sources …`);
  // Beside the former build, which is used until this one is whole, and apart from another build at the same time.
  const fresh = `${output}.${process.pid}`;
  const options = ['--config', config, '--logLevel', 'warn', '--outDir', resolve(fresh)];
  const vite = spawnSync(node, [VITE, 'build', ...options], {
    stdio: ['ignore', 2, 2], // stdout belongs to the command
    env: { ...process.env, NODE_ENV: 'production' }, // tests run under another one
  });
  if (vite.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    const reason = vite.error?.message ?? `vite ended with ${vite.status ?? vite.signal}`;
    throw new Error(`The ${name} could not be built: ${reason}`);
  }
  writeFileSync(join(fresh, STAMP), current);
  rmSync(output, { recursive: true, force: true });
  renameSync(fresh, output);
  console.error(`Built in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

/**
 * Names, sizes and times of all sources, so that a file that is gone counts as a change, too.
 * @param {readonly string[]} sources
 */
function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const path of sources.flatMap(filesIn)) {
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

/** @param {string} output */
function readStamp(output) {
  try {
    return readFileSync(join(output, STAMP), 'utf8');
  } catch {
    return undefined;
  }
}
