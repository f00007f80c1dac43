import { createHash } from 'node:crypto';
import type { ApiClient } from '../../cli/api-client.ts';
import { type Place, readSnapshot, type SdkKeys, type Snapshot } from './snapshot.ts';

/** Where snapshots come from. */
export interface SnapshotSource {
  /** What people call it. */
  readonly name: string;
  /** @throws CommandError */
  take(): Promise<Snapshot>;
}

/** Keys that were asked for. */
export type GivenKeys = { readonly [Name in keyof SdkKeys]?: string | undefined };

/** A service, Slipway or one that speaks the same API. */
export function serverSource(client: ApiClient, name: string, place: Place): SnapshotSource {
  return { name, take: () => readSnapshot(client, place) };
}

const PATTERNS = { sdkKey: /^sdk-[\w-]{20,100}$/, mobileKey: /^mob-[\w-]{20,100}$/, clientSideId: /^[0-9a-f]{24}$/ };

/**
 * The keys that are wanted, else those of the environment, else some that are the same every time: whoever may not see
 * keys, or has a folder only, can still write them down once.
 */
export function keysOf({ project, environment }: Snapshot, wanted: GivenKeys): SdkKeys {
  const made = createHash('sha256').update(`${project.key}/${environment.key}`).digest('hex');
  const known = (name: keyof SdkKeys, value: string | undefined, otherwise: string) =>
    wanted[name] ?? (value !== undefined && PATTERNS[name].test(value) ? value : otherwise);
  return {
    sdkKey: known('sdkKey', environment.apiKey, `sdk-dev-${made.slice(0, 24)}`),
    mobileKey: known('mobileKey', environment.mobileKey, `mob-dev-${made.slice(0, 24)}`),
    clientSideId: known('clientSideId', environment._id, made.slice(0, 24)),
  };
}
