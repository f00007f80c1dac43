// @ts-check
/**
 * Behind the npm scripts and the command `slipway`: makes sure that the dependencies are installed and that what the
 * service needs is built, then runs the command with the Node version the project is pinned to. Runs on Node 20 itself
 * and imports nothing that has to be installed.
 *
 * package.json says `exec node …` because npm passes signals to the shell it starts, and a shell that waits for us
 * would die of SIGTERM and leave the service running.
 */
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { becomeOrSpawn } from './become-or-spawn.mjs';
import { ensureBuilt, PAGES, SERVICE } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { findNode } from './find-node.mjs';
import { SERVICE_OPTIONS } from './node-settings.mjs';

/** @type {Record<string, string[]>} What Node is given for each command of those who work on the service, before their own arguments. */
const COMMANDS = {
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  bench: ['bench/main.ts'],
  compat: ['compat/main.ts'],
  chaos: ['chaos/main.ts'],
  fuzz: ['fuzz/main.ts'],
};

const [command = '', ...userArguments] = process.argv.slice(2);
const isStart = command === 'start' || (command === 'slipway' && isServing(userArguments));
const commandArguments = COMMANDS[command];
if (commandArguments === undefined && command !== 'start' && command !== 'slipway') {
  console.error(
    `Usage: node scripts/run.mjs <${['start', 'slipway', ...Object.keys(COMMANDS)].join('|')}> [arguments]`,
  );
  process.exit(1);
}

const callersFolder = process.cwd();
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
ensureInstalled();

const node = findNode();
// Compiled code of all that was loaded before: the next start needs about two thirds of the time.
const compileCache = resolve('node_modules/.cache/compiled');
const env = {
  ...process.env,
  // First, so that whatever the command starts as "node" is the same version.
  PATH: dirname(node) + delimiter + (process.env['PATH'] ?? ''),
  ...(isStart && { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compileCache }),
};
if (commandArguments) {
  becomeOrSpawn(node, [...commandArguments, ...userArguments], env);
} else {
  const program = resolve(isStart ? prepareStart(node) : 'src/main.ts');
  // Files that a command line names are files of the folder it was typed in.
  if (command === 'slipway') process.chdir(callersFolder);
  becomeOrSpawn(node, [...SERVICE_OPTIONS, program, ...(command === 'start' ? ['start'] : []), ...userArguments], env);
}

/**
 * Whether a command serves pages: `start`, and `dev` without a further command.
 * @param {string[]} words
 */
function isServing([word, next]) {
  return word === 'start' || (word === 'dev' && (next === undefined || next.startsWith('-')));
}

/**
 * Builds the pages and the service. The API does not need the pages, and the service runs from its sources, too.
 * @param {string} node
 * @returns {string} the program to run
 */
function prepareStart(node) {
  built(node, PAGES, 'The API starts without them.');
  return built(node, SERVICE, 'It starts from its sources.') ? join(SERVICE.output, 'main.js') : 'src/main.ts';
}

/**
 * @param {string} node
 * @param {import('./ensure-built.mjs').Artifact} artifact
 * @param {string} otherwise what happens without it
 */
function built(node, artifact, otherwise) {
  try {
    ensureBuilt(node, artifact);
    return true;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}. ${otherwise}`);
    return false;
  }
}
