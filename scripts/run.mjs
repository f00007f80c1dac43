// @ts-check
/**
 * Behind `npm start`, `npm test`, `npm run bench`, `npm run compat` and the command `slipway`: makes sure the dependencies are installed and the pages built, then runs the command
 * with the Node version the project is pinned to. Runs on Node 20 itself and imports nothing that has to be installed.
 *
 * package.json says `exec node …` because npm passes signals to the shell it starts, and a shell that waits for us
 * would die of SIGTERM and leave the service running.
 */
import { dirname, delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { becomeOrSpawn } from './become-or-spawn.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { findNode } from './find-node.mjs';
import { SERVICE_OPTIONS } from './node-settings.mjs';

/** @type {Record<string, string[]>} What Node is given for each command, before the user's own arguments. */
const COMMANDS = {
  start: [...SERVICE_OPTIONS, 'src/main.ts', 'start'],
  slipway: [...SERVICE_OPTIONS, fileURLToPath(new URL('../src/main.ts', import.meta.url))],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  bench: ['bench/main.ts'],
  compat: ['compat/main.ts'],
};

const [command = '', ...userArguments] = process.argv.slice(2);
const commandArguments = COMMANDS[command];
if (commandArguments === undefined) {
  console.error(`Usage: node scripts/run.mjs <${Object.keys(COMMANDS).join('|')}> [arguments]`);
  process.exit(1);
}

const callersFolder = process.cwd();
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
ensureInstalled();

const node = findNode();
const isStart = command === 'start' || (command === 'slipway' && isServing(userArguments));
// Tests build the pages themselves, when some are run that need them.
if (isStart) buildPages(node);
// Code without its types and compiled, of all that was loaded before: the next start needs about two thirds of the time.
const compileCache = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
const env = {
  ...process.env,
  // First, so that whatever the command starts as "node" is the same version.
  PATH: dirname(node) + delimiter + (process.env['PATH'] ?? ''),
  ...(isStart && { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compileCache }),
};
// Files that a command line names are files of the folder it was typed in.
if (command === 'slipway') process.chdir(callersFolder);
becomeOrSpawn(node, [...commandArguments, ...userArguments], env);

/**
 * Whether a command serves pages: `start`, and `dev` without a further command.
 * @param {string[]} words
 */
function isServing([word, next]) {
  return word === 'start' || (word === 'dev' && (next === undefined || next.startsWith('-')));
}

/**
 * The API does not need the pages, so that it starts without them when they cannot be built.
 * @param {string} node
 */
function buildPages(node) {
  try {
    ensureBuilt(node);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}. The API starts without them.`);
  }
}
