import type { Flag } from '../domain/flag/flag.ts';
import { toSdkFlag } from '../domain/flag/sdk-flag.ts';
import type { Surroundings } from '../domain/flag/surroundings.ts';
import type { Write } from './write.ts';

/**
 * Hands the flag to the SDKs of every environment in which its version has risen.
 * @param prerequisites the flags that it needs, by key
 */
export function deliverFlag(
  write: Write,
  before: Flag | undefined,
  after: Flag,
  prerequisites: Surroundings['flags'],
): void {
  for (const [environmentKey, config] of Object.entries(after.environments)) {
    const { environmentId, version } = config;
    if (before?.environments[environmentKey]?.version === version) continue;
    const sdkFlag = toSdkFlag(after, config, prerequisites);
    const document = sdkFlag ? JSON.stringify(sdkFlag) : null;
    write.deliver(environmentId, { kind: 'flag', key: after.key, version, document });
  }
}
