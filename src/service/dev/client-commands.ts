import { type OutputOptions, print, table } from '../../cli/output.ts';
import type { Json } from '../../domain/json.ts';
import type { DevState } from './control.ts';
import { splitOverride } from './run.ts';
import { connectToRunning } from './running.ts';

/** Options of the commands that talk to a `slipway dev` that runs. */
interface RunningOptions extends OutputOptions {
  readonly state: string;
}

const overridePath = (key: string) => `/dev/overrides/${encodeURIComponent(key)}`;

/** Serves variations to everybody. @param given such as `new-checkout=true` */
export async function setOverrides(given: readonly string[], options: RunningOptions): Promise<void> {
  const client = connectToRunning(options.state);
  const set: Record<string, Json> = {};
  for (const [key, text] of given.map(splitOverride)) {
    const { value } = await client.send<{ value: Json }>(overridePath(key), { method: 'PUT', body: { value: text } });
    set[key] = value;
  }
  printOverrides(set, options);
}

/** Serves flags as they are. */
export async function unsetOverrides(keys: readonly string[], { state }: RunningOptions): Promise<void> {
  const client = connectToRunning(state);
  for (const key of keys) await client.send(overridePath(key), { method: 'DELETE' });
}

/** Prints what is overridden. */
export async function listOverrides(options: RunningOptions): Promise<void> {
  const { overrides } = await connectToRunning(options.state).send<DevState>('/dev');
  printOverrides(overrides, options);
}

/** Takes another snapshot. */
export async function refresh(options: RunningOptions): Promise<void> {
  const state = await connectToRunning(options.state).send<DevState>('/dev/refresh', { method: 'POST' });
  const { project, environment, source, flags, segments } = state;
  print(options, state, () => `${project}/${environment} from ${source}: ${flags} flags, ${segments} segments`);
}

function printOverrides(overrides: Readonly<Record<string, Json>>, options: OutputOptions): void {
  const rows = Object.entries(overrides).map(([key, value]) => [key, JSON.stringify(value)]);
  print(options, overrides, () => (rows.length === 0 ? 'Nothing is overridden' : table([['FLAG', 'VALUE'], ...rows])));
}
