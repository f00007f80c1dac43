import type { Flag, FlagConfig } from '../domain/flag/flag.ts';
import type { Bit, FlagConfigsTable, FlagsTable } from './tables.ts';

/* Flags and their configurations as rows, and back. */

type FlagDocument = Omit<Flag, 'id' | 'projectId' | 'key' | 'name' | 'version' | 'createdAt' | 'environments'>;
type ConfigDocument = Omit<FlagConfig, 'environmentId' | 'version' | 'lastModified'>;

export const toBit = (value: boolean): Bit => (value ? 1 : 0);

export function toFlagRow(flag: Flag): FlagsTable {
  const { id, projectId, key, name, version, createdAt, environments: _configs, ...document } = flag;
  const { clientSideAvailability, maintainerId, maintainerTeamKey, migrationSettings } = flag;
  return {
    id,
    project_id: projectId,
    key,
    name,
    version,
    is_archived: toBit(flag.archivedAt !== undefined),
    is_deprecated: toBit(flag.deprecatedAt !== undefined),
    is_temporary: toBit(flag.temporary),
    using_environment_id: toBit(clientSideAvailability.usingEnvironmentId),
    using_mobile_key: toBit(clientSideAvailability.usingMobileKey),
    maintainer_id: maintainerId ?? null,
    maintainer_team_key: maintainerTeamKey ?? null,
    purpose: migrationSettings ? 'migration' : null,
    created_at: createdAt,
    lower_key: key.toLowerCase(),
    lower_name: name.toLowerCase(),
    sorted_tags: flag.tags.toSorted().join(','),
    document: JSON.stringify(document satisfies FlagDocument),
  };
}

export function toFlag(row: FlagsTable, environments: Readonly<Record<string, FlagConfig>>): Flag {
  return {
    id: row.id,
    projectId: row.project_id,
    key: row.key,
    name: row.name,
    version: row.version,
    createdAt: row.created_at,
    ...(JSON.parse(row.document) as FlagDocument),
    environments,
  };
}

export function toConfigRow(flagId: string, config: FlagConfig): FlagConfigsTable {
  const { environmentId, version, lastModified, ...document } = config;
  return {
    flag_id: flagId,
    environment_id: environmentId,
    version,
    last_modified: lastModified,
    is_on: toBit(config.on),
    document: JSON.stringify(document satisfies ConfigDocument),
  };
}

export function toConfig(row: FlagConfigsTable): FlagConfig {
  return {
    environmentId: row.environment_id,
    version: row.version,
    lastModified: row.last_modified,
    ...(JSON.parse(row.document) as ConfigDocument),
  };
}
