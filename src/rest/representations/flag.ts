import type { MemberSummary, TeamSummary } from '../../domain/access/actor.ts';
import type { Environment } from '../../domain/environment.ts';
import {
  byIndex,
  toGlobalDocument,
  toStateDocument,
  toTargetingDocument,
} from '../../domain/flag/document/flag-document.ts';
import type { Flag, FlagConfig, MigrationSettings } from '../../domain/flag/flag.ts';
import type { Surroundings } from '../../domain/flag/surroundings.ts';
import type { RepositoryStatistic } from '../../store/code-statistics.ts';
import type { FlagConfigRep, FlagRep } from '../../wire/rest/flag.ts';
import { apiLink, pageLink } from '../links.ts';
import { toStatisticRep } from './code-reference.ts';
import { toConfigSummary } from './flag-summary.ts';
import { toMemberSummary } from './member.ts';

/** What a representation of a flag shows beside the flag itself. */
export interface FlagView {
  readonly projectKey: string;
  /** Environments to show, in order; none leaves `environments` out. */
  readonly environments: readonly Environment[] | undefined;
  /** Whether to leave out targets, rules and what else of a configuration can be long. */
  readonly isSummary: boolean;
  /** `evaluation`, `migrationSettings`: members to add. */
  readonly expand: ReadonlySet<string>;
  /** Context kinds that a flag was lately evaluated for, by `${environmentId} ${flagKey}`. */
  readonly evaluatedKinds?: ReadonlyMap<string, readonly string[]> | undefined;
  /** How often code speaks of a flag, by its key; nothing leaves `codeReferences` out. */
  readonly codeReferences?: ReadonlyMap<string, readonly RepositoryStatistic[]> | undefined;
  readonly members: ReadonlyMap<string, MemberSummary>;
  readonly teams: ReadonlyMap<string, TeamSummary>;
  /** The prerequisites of the flag, by key. */
  readonly prerequisites: Surroundings['flags'];
}

export function toFlagRep(flag: Flag, view: FlagView): FlagRep {
  const { maintainerId, maintainerTeamKey, migrationSettings } = flag;
  const maintainer = maintainerId === undefined ? undefined : view.members.get(maintainerId);
  const team = maintainerTeamKey === undefined ? undefined : view.teams.get(maintainerTeamKey);
  return {
    _links: { self: apiLink('flags', view.projectKey, flag.key), parent: apiLink('flags', view.projectKey) },
    ...toGlobalDocument(flag, byIndex),
    ...(maintainer && { _maintainer: toMemberSummary(maintainer) }),
    ...(team && { _maintainerTeam: toTeamSummary(team) }),
    ...(migrationSettings && view.expand.has('migrationSettings') && toMigrationSettings(migrationSettings)),
    ...(view.codeReferences && {
      codeReferences: { items: (view.codeReferences.get(flag.key) ?? []).map(toStatisticRep) },
    }),
    ...(view.environments && { environments: toConfigReps(flag, view, view.environments) }),
  };
}

function toMigrationSettings({ stageCount, contextKind }: MigrationSettings): Pick<FlagRep, 'migrationSettings'> {
  return { migrationSettings: { stageCount, ...(contextKind !== undefined && { contextKind }) } };
}

function toTeamSummary({ key, name }: TeamSummary) {
  return { key, name, _links: { self: apiLink('teams', key), parent: apiLink('teams') } };
}

function toConfigReps(flag: Flag, view: FlagView, environments: readonly Environment[]): Record<string, FlagConfigRep> {
  return Object.fromEntries(
    environments.flatMap((environment) => {
      const config = flag.environments[environment.key];
      return config ? [[environment.key, toConfigRep(flag, config, environment, view)]] : [];
    }),
  );
}

function toConfigRep(flag: Flag, config: FlagConfig, environment: Environment, view: FlagView): FlagConfigRep {
  const { migrationSettings, ...state } = toStateDocument(flag, config);
  const contextKinds = view.evaluatedKinds?.get(`${environment.id} ${flag.key}`) ?? [];
  return {
    ...state,
    ...(!view.isSummary && toTargetingDocument(flag, config, view.prerequisites, byIndex)),
    ...(view.expand.has('evaluation') && { evaluation: { contextKinds: [...contextKinds] } }),
    ...(migrationSettings && view.expand.has('migrationSettings') && { migrationSettings }),
    _site: pageLink(view.projectKey, environment.key, 'features', flag.key),
    _environmentName: environment.name,
    _summary: toConfigSummary(flag, config),
  };
}
