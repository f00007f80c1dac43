import { createHash } from 'node:crypto';
import { ApiClient } from '../../cli/api-client.ts';
import { CommandError } from '../../cli/command-error.ts';
import { type AppliedFile, applyProject } from '../../cli/git/apply-project.ts';
import { readFolder } from '../../cli/git/folder.ts';
import { sdkHostOf } from '../../cli/import/import-launchdarkly.ts';
import type { Slipway } from '../../slipway.ts';
import { createMemorySlipway } from './memory-slipway.ts';
import { type Place, readSnapshot, type SdkKeys, type Snapshot } from './snapshot.ts';

/** Where snapshots come from. */
export interface SnapshotSource {
  /** What people call it. */
  readonly name: string;
  /** @throws CommandError */
  take(): Promise<Snapshot>;
  close(): Promise<void>;
}

/** Keys that were asked for. */
export type GivenKeys = { readonly [Name in keyof SdkKeys]?: string | undefined };

/** A service, Slipway or one that speaks the same API. */
export function serverSource(client: ApiClient, url: string, place: Place): SnapshotSource {
  return { name: url, take: () => readSnapshot(client, sdkHostOf(url), place), close: async () => undefined };
}

/**
 * A folder of files, as `slipway export` writes them (docs/git.md). It is applied to one and the same interim service, so
 * that what stays in the files stays as it is. Files have no salts: each flag and segment has one that is made of its
 * key, and deals the same contexts the same shares every time.
 */
export function folderSource(dir: string, environment: string | undefined): SnapshotSource {
  let interim: Promise<Interim> | undefined;
  return {
    name: dir,
    take: async () => {
      const files = await readFolder(dir);
      const { client, url } = await (interim ??= startInterim());
      requireAll(await applyProject(client, files, { prunes: true }));
      const snapshot = await readSnapshot(client, url, { project: files.project.key, environment });
      return withStableSecrets(snapshot);
    },
    close: async () => (await interim)?.slipway.close(),
  };
}

interface Interim {
  readonly slipway: Slipway;
  readonly client: ApiClient;
  readonly url: string;
}

async function startInterim(): Promise<Interim> {
  const { slipway, token } = await createMemorySlipway({ host: '127.0.0.1', port: 0 });
  const url = await slipway.listen();
  return { slipway, client: new ApiClient(url, token), url };
}

/** The keys of the interim service are others every time, and so are its salts. */
function withStableSecrets({ project, environment, flags, segments }: Snapshot): Snapshot {
  const saltOf = (name: string) => digestOf(`${project.key}/${environment.key}/${name}`).slice(0, 32);
  return {
    project,
    environment: { ...environment, apiKey: '', mobileKey: '', _id: '' },
    segments: segments.map((segment) => ({ ...segment, salt: saltOf(`segment/${segment.key}`) })),
    flags: flags.map((flag) => {
      const config = flag.environments[environment.key];
      if (!config) return flag;
      return { ...flag, environments: { [environment.key]: { ...config, salt: saltOf(`flag/${flag.key}`) } } };
    }),
  };
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** @throws CommandError with the reason of every file that was refused */
function requireAll(files: readonly AppliedFile[]): void {
  const failed = files.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) throw new CommandError(failed.map(({ path, message }) => `${path}: ${message}`).join('\n'));
}

const PATTERNS = { sdkKey: /^sdk-[\w-]{20,100}$/, mobileKey: /^mob-[\w-]{20,100}$/, clientSideId: /^[0-9a-f]{24}$/ };

/**
 * The keys that are wanted, else those of the environment, else some that are the same every time: whoever may not see
 * keys, or has a folder only, can still write them down once.
 */
export function keysOf({ project, environment }: Snapshot, wanted: GivenKeys): SdkKeys {
  const made = digestOf(`${project.key}/${environment.key}`);
  const known = (name: keyof SdkKeys, value: string | undefined, otherwise: string) =>
    wanted[name] ?? (value !== undefined && PATTERNS[name].test(value) ? value : otherwise);
  return {
    sdkKey: known('sdkKey', environment.apiKey, `sdk-dev-${made.slice(0, 24)}`),
    mobileKey: known('mobileKey', environment.mobileKey, `mob-dev-${made.slice(0, 24)}`),
    clientSideId: known('clientSideId', environment._id, made.slice(0, 24)),
  };
}
