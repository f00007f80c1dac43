import type { MemberSummary } from '../../domain/access/actor.ts';
import type { CustomRole } from '../../domain/access/custom-role.ts';
import { covers } from '../../domain/access/policy.ts';
import { maintainerIds, type TeamWithMembers } from '../../domain/access/team.ts';
import type { Project } from '../../domain/project.ts';
import type { AccessRep } from '../../wire/rest/access.ts';
import type { TeamRep } from '../../wire/rest/account.ts';
import { apiLink, apiPath } from '../links.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { toMemberSummary } from './member.ts';

/** What a representation of a team shows beside the team itself. */
export interface TeamView {
  readonly expand: ReadonlySet<string>;
  readonly roles: ReadonlyMap<string, CustomRole>;
  readonly members: ReadonlyMap<string, MemberSummary>;
  /** The projects that the caller may view. */
  readonly projects: readonly Project[];
  readonly access?: AccessRep | undefined;
}

export function toTeamRep(team: TeamWithMembers, view: TeamView): TeamRep {
  const { expand, access } = view;
  const page = toPage({});
  const roles = rolesOf(team, view.roles);
  const maintainers = maintainersOf(team, view.members);
  return {
    _links: {
      self: apiLink('teams', team.key),
      parent: apiLink('teams'),
      roles: apiLink('teams', team.key, 'roles'),
    },
    key: team.key,
    name: team.name,
    description: team.description,
    _creationDate: team.createdAt,
    _lastModified: team.lastModified,
    _version: team.version,
    _idpSynced: false,
    ...(expand.has('roleAttributes') && { roleAttributes: toAttributes(team) }),
    ...(expand.has('members') && { members: { totalCount: team.memberIds.length } }),
    ...(expand.has('roles') && {
      roles: toPageRep(apiPath('teams', team.key, 'roles'), roles.map(toTeamRole), page),
    }),
    ...(expand.has('maintainers') && {
      maintainers: toPageRep(apiPath('teams', team.key, 'maintainers'), maintainers.map(toMemberSummary), page),
    }),
    ...(expand.has('projects') && {
      projects: toProjects(view.projects.filter((project) => mayWriteIn(roles, project))),
    }),
    ...(access && { _access: access }),
  };
}

/** A page of a list that belongs to a team. */
export function toPageRep<T>(url: string, items: readonly T[], page: ReturnType<typeof toPage>) {
  return { _links: pageLinks(url, page, items.length), totalCount: items.length, items: [...cutPage(items, page)] };
}

export function rolesOf(team: TeamWithMembers, roles: TeamView['roles']): readonly CustomRole[] {
  return team.customRoleIds.flatMap((id) => roles.get(id) ?? []);
}

export function toTeamRole({ key, name }: CustomRole) {
  return { key, name };
}

export function maintainersOf(team: TeamWithMembers, members: TeamView['members']): readonly MemberSummary[] {
  return maintainerIds(team).flatMap((id) => members.get(id) ?? []);
}

const toAttributes = ({ roleAttributes }: TeamWithMembers) =>
  Object.fromEntries(Object.entries(roleAttributes).map(([name, values]) => [name, [...values]]));

function toProjects(projects: readonly Project[]) {
  return {
    totalCount: projects.length,
    items: projects.map(({ id, key, name }) => ({ _links: { self: apiLink('projects', key) }, _id: id, key, name })),
  };
}

/** Whether a role lets its bearers change anything in a project, by the beginning of the resources it allows. */
function mayWriteIn(roles: readonly CustomRole[], { key, tags }: Project): boolean {
  const project = { resource: `proj/${key}`, traits: [{ tags }], action: '*' };
  return roles.some(({ policy }) =>
    policy.some((statement) => {
      if (statement.effect === 'deny') return false;
      const { resources } = statement;
      if (!resources) return true;
      const ofProjects = resources.map((resource) => resource.split(/:(?![^{]*\})/)[0] ?? '');
      return covers({ effect: 'allow', resources: ofProjects, actions: ['*'] }, project);
    }),
  );
}
