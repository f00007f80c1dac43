import type { IncomingHttpHeaders } from 'node:http';
import { applicationOf } from './tags.ts';

/** What the headers of a request tell of the SDK that sends it. */
export interface ConnectedSdk {
  /** Such as `NodeJSClient`; empty when it does not say. */
  readonly name: string;
  readonly version: string;
  /** The same as long as the SDK runs; undefined where it sends none. */
  readonly instanceId: string | undefined;
  /** Empty when no application is named. */
  readonly applicationId: string;
  readonly applicationVersion: string;
}

/** A name and a version, such as `GoClient/7.4.0`, with more after it where a wrapper adds to it. */
const AGENT = /^([\w.-]{1,64})\/([\w.+-]{1,64})(?:\s|$)/;
const INSTANCE_ID = /^[\w-]{1,64}$/;
/** What every browser calls itself. */
const BROWSER = 'Mozilla';

/** Reads who an SDK is (docs/wire/sdk.md, "Receipts"). What is malformed counts as not said. */
export function describeSdk(headers: IncomingHttpHeaders): ConnectedSdk {
  const agent = headers['x-launchdarkly-user-agent']?.toString() ?? headers['user-agent'] ?? '';
  const [, name = '', version = ''] = AGENT.exec(agent) ?? [];
  const instanceId = headers['x-launchdarkly-instance-id']?.toString() ?? '';
  const application = applicationOf(headers);
  return {
    ...(name === BROWSER ? { name: '', version: '' } : { name, version }),
    instanceId: INSTANCE_ID.test(instanceId) ? instanceId : undefined,
    applicationId: application?.key ?? '',
    applicationVersion: application?.version?.key ?? '',
  };
}
