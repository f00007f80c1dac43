import { type ConnectionOptions, connect } from '../../cli/connection.ts';
import { CommandError, ExitCode } from '../../cli/command-error.ts';
import { tell } from '../../cli/output.ts';
import type { ProjectOptions } from '../../cli/project-option.ts';
import { type Context, parseContext } from '../../domain/evaluation/context.ts';
import type { Json } from '../../domain/json.ts';
import { stopOnSignal } from '../stop-on-signal.ts';
import { controlApi } from './control.ts';
import { DevServer } from './dev-server.ts';
import { createMemorySlipway, type MemorySlipway } from './memory-slipway.ts';
import { makeStateFolder, OverridesFile } from './overrides-file.ts';
import { announce, withdraw } from './running.ts';
import { folderSource, type GivenKeys, serverSource, type SnapshotSource } from './sources.ts';

export interface DevCommandOptions extends GivenKeys, ConnectionOptions, ProjectOptions {
  readonly environment?: string;
  readonly dir?: string;
  readonly host: string;
  readonly port: number;
  readonly override: readonly string[];
  readonly context?: string;
  readonly state: string;
}

/** A `slipway dev` that serves. */
interface Started {
  readonly dev: DevServer;
  readonly memory: MemorySlipway;
  readonly url: string;
}

/** Serves a snapshot until a signal ends it. @throws CommandError when it cannot start */
export async function runDev(options: DevCommandOptions): Promise<void> {
  const source = sourceOf(options);
  const { dev, memory, url } = await startDev(options, source);
  const running = { url, token: memory.token };
  announce(options.state, running);
  stopOnSignal(async () => {
    withdraw(options.state, running);
    await source.close();
    await memory.slipway.close();
  });
  process.stdout.write(greeting(dev, memory, { url, source: source.name, context: options.context }));
}

async function startDev(options: DevCommandOptions, source: SnapshotSource): Promise<Started> {
  const { sdkKey, mobileKey, clientSideId } = options;
  const overrides = new Map(options.override.map(splitOverride));
  const context = options.context === undefined ? undefined : readContext(options.context);
  makeStateFolder(options.state);
  const memory = await createMemorySlipway(options);
  const { slipway, token } = memory;
  try {
    const dev = await DevServer.start(slipway, {
      source,
      keys: { sdkKey, mobileKey, clientSideId },
      context,
      openFile: (place) => new OverridesFile(options.state, place),
      overrides,
      warn: tell,
    });
    await slipway.server.register((scope) => controlApi(scope, { dev, token, source: source.name }));
    return { dev, memory, url: await listen(memory, options) };
  } catch (error) {
    await source.close();
    await slipway.close();
    throw error;
  }
}

function sourceOf(options: DevCommandOptions): SnapshotSource {
  const { project, environment, dir, url } = options;
  if (dir !== undefined) return folderSource(dir, environment);
  return serverSource(connect(options), url, { project, environment });
}

/** A flag key and the text of a value, from `key=value`. @throws CommandError */
export function splitOverride(text: string): [key: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CommandError(`Expected flag=value or flag=variation name, got "${text}"`, ExitCode.Usage);
}

function readContext(text: string): Context {
  try {
    return parseContext(JSON.parse(text) as Json);
  } catch (error) {
    throw new CommandError(`--context: expected a context as JSON: ${(error as Error).message}`, ExitCode.Usage);
  }
}

async function listen({ slipway }: MemorySlipway, { port }: DevCommandOptions): Promise<string> {
  try {
    return await slipway.listen();
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw isTaken ? new CommandError(`--port: ${port} is in use; another slipway dev may be running`) : error;
  }
}

function greeting(
  { snapshot, overrides }: DevServer,
  { email, password }: MemorySlipway,
  { url, source, context }: { url: string; source: string; context: string | undefined },
): string {
  const { project, environment, flags, segments } = snapshot;
  const overridden = Object.entries(overrides).map(
    ([key, value]) => `  override        ${key} = ${JSON.stringify(value)}`,
  );
  return [
    `Slipway listens on ${url}`,
    `It serves ${project.key}/${environment.key} from ${source}: ${flags.length} flags, ${segments.length} segments`,
    '',
    `  base URL        ${url}   (for streaming, polling and events)`,
    `  SDK key         ${environment.apiKey}`,
    `  mobile key      ${environment.mobileKey}`,
    `  client-side ID  ${environment._id}`,
    `  pages           ${url}   (${email}, password ${password})`,
    ...(context === undefined ? [] : [`  context         every SDK gets what ${context} gets`]),
    ...overridden,
    '',
    'Nothing is sent on. Ctrl-C ends it, and all is forgotten but overrides.',
    '',
  ].join('\n');
}
