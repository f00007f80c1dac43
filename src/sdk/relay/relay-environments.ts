import type { Environment } from '../../domain/environment.ts';
import type { Project } from '../../domain/project.ts';
import { mayServe, type RelayProxyConfig } from '../../domain/relay-proxy-config.ts';
import { relayProxyConfigs } from '../../operations/relay-proxy-configs.ts';
import type { Db } from '../../store/database.ts';
import { type FormerSdkKey, listAllEnvironments, listAllFormerSdkKeys } from '../../store/environments.ts';
import { listProjects } from '../../store/projects.ts';

/** All that Relay Proxies are told from. */
export interface RelaySource {
  readonly configs: readonly RelayProxyConfig[];
  readonly places: readonly EnvironmentPlace[];
}

/** An environment with what else a Relay Proxy is told of it. */
interface EnvironmentPlace {
  readonly project: Project;
  readonly environment: Environment;
  /** Of the SDK keys that it had, the one that works longest. */
  readonly formerKey: FormerSdkKey | undefined;
}

/** An environment as a Relay Proxy is to know it. */
export interface RelayEnvironment {
  /** Rises with every change of the environment, its project and the configuration, in whatever process it is read. */
  readonly version: number;
  /** What the stream says of it, but for the version; undefined when the policy does not open it. */
  readonly facts: object | undefined;
}

/** Reads what all Relay Proxies are told from. @param now Unix milliseconds */
export async function loadRelaySource(db: Db, now: number): Promise<RelaySource> {
  const configs = await relayProxyConfigs.list(db, {});
  const projects = new Map((await listProjects(db)).map((project) => [project.id, project]));
  const environments = await listAllEnvironments(db, [...projects.keys()]);
  const formerKeys = new Map((await listAllFormerSdkKeys(db, now)).map((key) => [key.environmentId, key]));
  return {
    configs,
    places: environments.flatMap((environment) => {
      const project = projects.get(environment.projectId);
      return project ? [{ project, environment, formerKey: formerKeys.get(environment.id) }] : [];
    }),
  };
}

/** All environments as a Relay Proxy of a configuration is to know them, by their ids. */
export function relayEnvironments(
  config: RelayProxyConfig,
  { places }: RelaySource,
): ReadonlyMap<string, RelayEnvironment> {
  return new Map(
    places.map((place) => {
      const { project, environment } = place;
      const version = config.version + project.version + environment.version;
      return [environment.id, { version, facts: mayServe(config, place) ? factsOf(place) : undefined }];
    }),
  );
}

function factsOf({ project, environment, formerKey }: EnvironmentPlace): object {
  return {
    envID: environment.id,
    envKey: environment.key,
    envName: environment.name,
    mobKey: environment.mobileKey,
    projKey: project.key,
    projName: project.name,
    sdkKey: {
      value: environment.sdkKey,
      ...(formerKey && { expiring: { value: formerKey.sdkKey, timestamp: formerKey.expiresAt } }),
    },
    defaultTtl: environment.defaultTtl,
    secureMode: environment.secureMode,
  };
}
