import type { FlagConfigRep, FlagRep } from '../../wire/rest/flag.ts';
import { ApiError, apiPath } from '../api-client.ts';
import { find, inOrderOfNeed, listFlagKeys, mapAtOnce } from './account-reader.ts';
import type { ProjectImport, SourceEnvironment } from './import-project.ts';
import type { Outcome } from './import-report.ts';

/** Requests to the source at the same time; it has limits. */
const AT_ONCE = 4;
const PROGRESS_EVERY = 100;

interface EndOfTarget {
  readonly contextKind?: string;
  readonly contextKey: string;
  readonly variationId: string;
  readonly expirationDate: number;
}

export async function importFlags(scene: ProjectImport, environments: readonly SourceEnvironment[]): Promise<void> {
  const { source, projectKey, report } = scene;
  const keys = await listFlagKeys(source, projectKey);
  let read = 0;
  const flags = await mapAtOnce(keys, AT_ONCE, async (key) => {
    const flag = await find<FlagRep>(source, apiPath('flags', projectKey, key), { expand: 'migrationSettings' });
    read += 1;
    if (read % PROGRESS_EVERY === 0) report.progress(`Read ${read} of ${keys.length} flags of ${projectKey}`);
    return flag ?? [];
  });
  const ordered = inOrderOfNeed(flags.flat(), flagsNeeded);
  for (const [index, flag] of ordered.entries()) {
    await importFlag(scene, environments, flag);
    if ((index + 1) % PROGRESS_EVERY === 0) {
      report.progress(`Copied ${index + 1} of ${ordered.length} flags of ${projectKey}`);
    }
  }
}

const flagsNeeded = ({ environments = {} }: FlagRep): readonly string[] =>
  Object.values(environments).flatMap(({ prerequisites = [] }) => prerequisites.map(({ key }) => key));

async function importFlag(
  scene: ProjectImport,
  environments: readonly SourceEnvironment[],
  flag: FlagRep,
): Promise<void> {
  const { target, report, projectKey, options } = scene;
  const path = apiPath('flags', projectKey, flag.key);
  const resource = `flag ${projectKey}/${flag.key}`;
  try {
    if (options.isDryRun && !(await find(target, path))) return report.done('flags', 'created');
    const configs: [string, object][] = [];
    for (const environment of environments) {
      const config = flag.environments?.[environment.key];
      if (config) configs.push([environment.key, await toConfigDocument(scene, environment, flag, config)]);
    }
    const body = { ...toFlagDocument(scene, flag, resource), environments: Object.fromEntries(configs) };
    const query = { dryRun: options.isDryRun || undefined };
    const { outcome } = await target.send<{ outcome: Outcome }>(path, { method: 'PUT', body, query });
    report.done('flags', outcome);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    report.failed('flags', resource, error);
  }
}

function toFlagDocument(scene: ProjectImport, flag: FlagRep, resource: string): object {
  if (flag.experiments?.items.length > 0) {
    scene.report.note(resource, 'has experiments in the source; its shares are copied, and nothing is measured');
  }
  return {
    name: flag.name,
    description: flag.description ?? '',
    creationDate: flag.creationDate,
    tags: flag.tags,
    temporary: flag.temporary,
    archived: flag.archived,
    deprecated: flag.deprecated ?? false,
    ...(flag.clientSideAvailability && {
      clientSideAvailability: {
        usingEnvironmentId: flag.clientSideAvailability.usingEnvironmentId,
        usingMobileKey: flag.clientSideAvailability.usingMobileKey,
      },
    }),
    customProperties: flag.customProperties,
    variations: flag.variations,
    ...(flag.defaults && { defaults: flag.defaults }),
    ...(flag.variationJsonSchema !== undefined && { variationJsonSchema: flag.variationJsonSchema }),
    ...(flag._purpose && { _purpose: flag._purpose, migrationSettings: flag.migrationSettings }),
    ...toMaintainer(scene, flag, resource),
  };
}

function toMaintainer({ people, report }: ProjectImport, flag: FlagRep, resource: string): object {
  const { maintainerId, maintainerTeamKey } = flag;
  const none = { maintainerId: null, maintainerTeamKey: null };
  if (maintainerTeamKey) {
    if (people.teamKeys.has(maintainerTeamKey)) return { ...none, maintainerTeamKey };
    report.note(resource, `its maintainer is the team ${maintainerTeamKey}, which is not here`);
  } else if (maintainerId) {
    const id = people.idOf(maintainerId);
    if (id !== undefined) return { ...none, maintainerId: id };
    report.note(resource, `its maintainer ${people.emailOf(maintainerId) ?? maintainerId} is not a member here`);
  }
  return none;
}

async function toConfigDocument(
  scene: ProjectImport,
  environment: SourceEnvironment,
  flag: FlagRep,
  config: FlagConfigRep,
): Promise<object> {
  const { targets = [], contextTargets = [], rules = [], fallthrough, prerequisites = [] } = config;
  tellOfAutomated(scene, environment, flag, config);
  const order = environment.payload?.flags[flag.key]?.contextTargets;
  if (!environment.payload && targets.length > 0 && contextTargets.length > 0) {
    const resource = `flag ${scene.projectKey}/${flag.key} in ${environment.key}`;
    scene.report.note(
      resource,
      'targets users and other kinds, whose order could not be read; it counts for contexts of both',
    );
  }
  const isTargeting = [...targets, ...contextTargets].some(({ values }) => values.length > 0);
  return {
    on: config.on,
    salt: config.salt,
    targets,
    contextTargets: order && order.length > 0 ? order : contextTargets,
    rules,
    fallthrough,
    offVariation: config.offVariation ?? null,
    prerequisites,
    trackEvents: config.trackEvents,
    trackEventsFallthrough: config.trackEventsFallthrough ?? false,
    ...(config.migrationSettings && { migrationSettings: config.migrationSettings }),
    expiringTargets: isTargeting ? await readEnds(scene, environment.key, flag.key) : [],
  };
}

async function readEnds(
  { source, projectKey }: ProjectImport,
  environmentKey: string,
  flagKey: string,
): Promise<readonly EndOfTarget[]> {
  const path = apiPath('flags', projectKey, flagKey, 'expiring-targets', environmentKey);
  const ends = (await find<{ items: readonly EndOfTarget[] }>(source, path))?.items ?? [];
  return ends.map(({ contextKind = 'user', contextKey, variationId, expirationDate }) => {
    return { contextKind, contextKey, variationId, expirationDate };
  });
}

/** A rollout that goes on by itself in the source stands still here, at the shares it has. */
function tellOfAutomated(
  { report, projectKey }: ProjectImport,
  environment: SourceEnvironment,
  flag: FlagRep,
  { rules = [], fallthrough }: FlagConfigRep,
): void {
  const isAutomated = [...rules, fallthrough].some((serve) => serve?.rollout?.seed !== undefined);
  if (!isAutomated) return;
  report.note(
    `flag ${projectKey}/${flag.key} in ${environment.key}`,
    'has a rollout that is measured or goes on by itself in the source; here its shares stay as they are now',
  );
}
