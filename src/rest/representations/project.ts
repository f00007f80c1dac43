import type { NamingConvention, Project } from '../../domain/project.ts';
import type { ProjectRep } from '../../wire/rest/project.ts';
import { apiLink } from '../links.ts';

/** A project without its environments. */
export function toProjectRep(project: Project): Omit<ProjectRep, 'environments'> {
  const { defaultReleasePipelineKey, namingConvention } = project;
  return {
    _links: {
      self: apiLink('projects', project.key),
      environments: apiLink('projects', project.key, 'environments'),
      flagDefaults: apiLink('projects', project.key, 'flag-defaults'),
    },
    _id: project.id,
    key: project.key,
    name: project.name,
    tags: [...project.tags],
    includeInSnippetByDefault: project.defaultClientSideAvailability.usingEnvironmentId,
    defaultClientSideAvailability: project.defaultClientSideAvailability,
    ...(defaultReleasePipelineKey !== undefined && { defaultReleasePipelineKey }),
    releaseFlagKinds: project.releaseFlagKinds ?? 'boolean',
    requireViewAssociationForNewFlags: project.requireViewAssociationForNewFlags,
    requireViewAssociationForNewSegments: project.requireViewAssociationForNewSegments,
    ...(namingConvention && { namingConvention: toNamingConvention(namingConvention) }),
  };
}

function toNamingConvention({ case: namingCase, prefix }: NamingConvention) {
  return { ...(namingCase !== undefined && { case: namingCase }), ...(prefix !== undefined && { prefix }) };
}
