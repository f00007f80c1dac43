import { createClient } from '@launchdarkly/js-client-sdk';
import type * as Browser from '@launchdarkly/js-client-sdk' with { 'resolution-mode': 'require' };
import nodeSdk from 'launchdarkly-node-client-sdk';

/** What tests use of the official SDK for programs in Node, whose own types need another resolution of modules. */
export interface NodeClient {
  waitForInitialization(timeoutSeconds: number): Promise<void>;
  variation(key: string): unknown;
  variationDetail(key: string): unknown;
  identify(context: object): Promise<Readonly<Record<string, unknown>>>;
  on(event: string, listener: (...values: readonly unknown[]) => void): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const ignore = () => undefined;
const logger = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/** The official SDK for browsers, not started yet. */
export function browserClient(
  url: string,
  environmentId: string,
  context: Browser.LDContext,
  options: Browser.LDOptions = {},
): Browser.LDClient {
  const uris = { baseUri: url, streamUri: url, eventsUri: url };
  const create = createClient as unknown as typeof Browser.createClient;
  return create(environmentId, context, { ...uris, logger, fetchGoals: false, ...options });
}

/** The official SDK for programs in Node, connected and initialised. */
export async function connectNodeClient(
  url: string,
  environmentId: string,
  context: object,
  options: object = {},
): Promise<NodeClient> {
  const urls = { baseUrl: url, streamUrl: url, eventsUrl: url };
  const initialize = nodeSdk.initialize as unknown as (...values: readonly unknown[]) => NodeClient;
  const client = initialize(environmentId, context, { ...urls, logger, ...options });
  await client.waitForInitialization(10);
  return client;
}
