import { once } from 'node:events';
import { init, type LDClient, type LDOptions } from '@launchdarkly/node-server-sdk';

const CONTEXT = { kind: 'user', key: 'somebody' };

/** The official server SDK, unmodified, connected and initialised. */
export async function connectSdk(url: string, sdkKey: string, options: LDOptions = {}): Promise<LDClient> {
  const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore };
  const client = init(sdkKey, { baseUri: url, streamUri: url, eventsUri: url, logger: silent, ...options });
  await client.waitForInitialization({ timeout: 10 });
  return client;
}

/** What the SDK serves; `absent` when it does not know the flag. */
export function evaluate(client: LDClient, flagKey: string): Promise<unknown> {
  return client.variation(flagKey, CONTEXT, 'absent');
}

/** Waits until the SDK serves a value, looking again at each change that the SDK itself reports. */
export async function untilServes(client: LDClient, flagKey: string, value: unknown): Promise<void> {
  while ((await evaluate(client, flagKey)) !== value) await once(client, 'update');
}

function ignore(): void {}
