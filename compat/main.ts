import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { createSlipway, type Slipway } from '../src/slipway.ts';
import { findEventCounts } from '../src/store/events.ts';
import { type Command, compareEvaluations, type Evaluator } from './evaluations.ts';
import { tryMcpServer } from './mcp/trial.ts';
import { runProgram, type Tool } from './tools.ts';

const TOKEN = 'api-compat-compat-compat';
const FLAG = 'compat';
/** Where packages are kept between runs. */
const CACHE = join(tmpdir(), 'slipway-compat');
const here = (path: string) => join(import.meta.dirname, path);

/** An official SDK of another language, and how to run a program that uses it. */
interface Client {
  readonly name: string;
  readonly mode: 'streaming' | 'polling' | 'second-generation';
  /** Gets what the program needs. @returns the command to run it */
  prepare(): Command;
}

/** Gets packages for Python. @returns the command to run a program that uses them */
function preparePython(program: string, packages = 'requirements'): Command {
  const target = join(CACHE, `python-${packages}`);
  const requirements = here(`python/${packages}.txt`);
  const quiet = ['--quiet', '--upgrade', '--root-user-action=ignore'];
  run('python3', ['-m', 'pip', 'install', ...quiet, '--target', target, '-r', requirements]);
  return ['env', `PYTHONPATH=${target}`, 'python3', here(`python/${program}`)];
}

/** Builds a program with the official SDK for Go. @returns the command to run it */
function prepareGo(folder: string): Command {
  const program = join(CACHE, `go-${folder}`);
  run('go', ['build', '-o', program, `./${folder}`], here('go'));
  return [program];
}

/** Gets the official SDK for Java. @returns the command to run a program that uses it */
function prepareJava(): Command {
  const folder = join(CACHE, 'java');
  const copied = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`, '--file', here('java/pom.xml')];
  run('mvn', ['--quiet', '--batch-mode', ...copied]);
  run('javac', ['-cp', `${folder}/*`, '-d', folder, here('java/Client.java')]);
  return ['java', '-cp', `${folder}/*:${folder}`, 'Client'];
}

/** Gets the official MCP server. @returns the file to run */
function prepareMcpServer(): string {
  const folder = join(CACHE, 'mcp');
  mkdirSync(folder, { recursive: true });
  copyFileSync(here('mcp/package.json'), join(folder, 'package.json'));
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--no-package-lock'], folder);
  return join(folder, 'node_modules/@launchdarkly/mcp-server/bin/mcp-server.js');
}

const python = (name: string, mode: Client['mode']): Client => ({
  name,
  mode,
  prepare: () => preparePython('client.py'),
});
const java = (name: string, mode: Client['mode']): Client => ({ name, mode, prepare: prepareJava });
const go = (name: string, mode: Client['mode']): Client => ({ name, mode, prepare: () => prepareGo('client') });

const CLIENTS: readonly Client[] = [
  python('python', 'streaming'),
  python('python-polling', 'polling'),
  python('python-fdv2', 'second-generation'),
  go('go', 'streaming'),
  go('go-polling', 'polling'),
  go('go-fdv2', 'second-generation'),
  java('java', 'streaming'),
  java('java-polling', 'polling'),
];

const TOOLS: readonly Tool[] = [
  {
    name: 'mcp',
    prepare: () => {
      const server = prepareMcpServer();
      return (place) => tryMcpServer(server, place);
    },
  },
  { name: 'python-api', prepare: () => runProgram(preparePython('api.py', 'api-requirements')) },
];

/** Evaluators of official SDKs, which need no service. The one for Python knows no users without a kind any more. */
const EVALUATORS: readonly Evaluator[] = [
  { name: 'python-evaluation', readsOlderUsers: false, prepare: () => preparePython('evaluation.py') },
  { name: 'go-evaluation', readsOlderUsers: true, prepare: () => prepareGo('evaluation') },
];

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const names = [...CLIENTS, ...TOOLS, ...EVALUATORS].map(({ name }) => name);
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    console.error(`${unknown} is not one of ${names.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const isChosen = ({ name }: { readonly name: string }) => positionals.length === 0 || positionals.includes(name);
  mkdirSync(CACHE, { recursive: true });
  for (const evaluator of EVALUATORS.filter(isChosen)) tell(evaluator.name, compareEvaluations(evaluator));
  await serve(CLIENTS.filter(isChosen), TOOLS.filter(isChosen));
}

function tell(name: string, problem: string | undefined): void {
  console.log(problem === undefined ? `ok      ${name}` : `failed  ${name}: ${problem}`);
  if (problem !== undefined) process.exitCode = 1;
}

async function serve(clients: readonly Client[], tools: readonly Tool[]): Promise<void> {
  if (clients.length + tools.length === 0) return;
  // Before the service starts: what is prepared keeps this process from serving.
  const chosen = clients.map((client) => ({ ...client, command: client.prepare() }));
  const prepared = tools.map(({ name, prepare }) => ({ name, use: prepare() }));
  const folder = mkdtempSync(join(tmpdir(), 'slipway-compat-data-'));
  const slipway = await createSlipway(
    readConfig({
      PORT: '0',
      DATABASE_URL: `sqlite:${join(folder, 'compat.db')}`,
      SLIPWAY_ACCESS_TOKEN: TOKEN,
      LOG_LEVEL: 'warn',
    }),
  );
  const url = await slipway.listen();
  for (const { name, use } of prepared) tell(name, await problemOf(use({ url, token: TOKEN })));
  await call(url, 'POST', 'flags/default', { key: FLAG, name: 'Compat' });
  for (const client of chosen) tell(client.name, await judge(slipway, url, client));
  await slipway.close();
  rmSync(folder, { recursive: true });
}

async function problemOf(trial: Promise<void>): Promise<string | undefined> {
  try {
    await trial;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Lets a client use an environment of its own. @returns what is wrong, if anything */
async function judge(
  slipway: Slipway,
  url: string,
  { name, mode, command: [command, ...argv] }: Client & { readonly command: Command },
): Promise<string | undefined> {
  const { apiKey, _id: environmentId } = await call(url, 'POST', 'projects/default/environments', {
    key: name,
    name,
    color: '000000',
  });
  const program = spawn(command, argv, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SLIPWAY_URL: url,
      SLIPWAY_SDK_KEY: apiKey,
      SLIPWAY_FLAG: FLAG,
      SLIPWAY_MODE: mode,
    },
  });
  const ended = new Promise<number | null>((resolve) => program.on('close', resolve));
  const values: string[] = [];
  for await (const value of createInterface({ input: program.stdout })) {
    values.push(value);
    if (value === 'false') await turnOn(url, name);
  }
  const code = await ended;
  if (code !== 0) return `it ended with ${code}, having seen ${values.join(', ') || 'nothing'}`;
  if (values.join() !== 'false,true') return `expected the values false and true, got ${values.join(', ')}`;
  const counts = await findEventCounts(slipway.database.db, environmentId);
  const missing = ['index', 'summary', 'custom'].filter((kind) => !counts.has(kind));
  return missing.length === 0 ? undefined : `expected events of kind ${missing.join(', ')}, got none`;
}

async function turnOn(url: string, environmentKey: string): Promise<void> {
  const body = { environmentKey, instructions: [{ kind: 'turnFlagOn' }] };
  await call(url, 'PATCH', `flags/default/${FLAG}`, body, '; domain-model=launchdarkly.semanticpatch');
}

async function call(
  url: string,
  method: string,
  path: string,
  body: object,
  parameter = '',
): Promise<{ readonly apiKey: string; readonly _id: string }> {
  const answer = await fetch(`${url}/api/v2/${path}`, {
    method,
    headers: { authorization: TOKEN, 'content-type': `application/json${parameter}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { readonly apiKey: string; readonly _id: string };
}

/** @throws Error when the command fails */
function run(command: string, argv: readonly string[], cwd?: string): void {
  const { status, error } = spawnSync(command, argv, { stdio: 'inherit', cwd });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}`);
}

await main();
