import { type Static, Type } from 'typebox';
import { ClientSideAvailability, Links } from './common.ts';
import { EnvironmentCollection, EnvironmentPost, EnvironmentRep } from './environment.ts';

export const NamingConvention = Type.Object({
  case: Type.Optional(
    Type.Union(
      ['camelCase', 'upperCamelCase', 'snakeCase', 'kebabCase', 'constantCase'].map((name) => Type.Literal(name)),
      { description: 'How keys of new flags are spelt' },
    ),
  ),
  prefix: Type.Optional(Type.String({ description: 'What keys of new flags begin with' })),
});

export const ProjectPost = Type.Object(
  {
    key: Type.String({ description: 'Unique; never changes' }),
    name: Type.String(),
    tags: Type.Optional(Type.Array(Type.String())),
    includeInSnippetByDefault: Type.Optional(
      Type.Boolean({ description: 'Older name of defaultClientSideAvailability.usingEnvironmentId' }),
    ),
    defaultClientSideAvailability: Type.Optional(ClientSideAvailability),
    environments: Type.Optional(Type.Array(EnvironmentPost, { description: 'Test and Production when absent' })),
    namingConvention: Type.Optional(NamingConvention),
  },
  { description: 'A new project' },
);
export type ProjectPost = Static<typeof ProjectPost>;

const project = {
  _links: Links,
  _id: Type.String(),
  key: Type.String(),
  name: Type.String(),
  tags: Type.Array(Type.String()),
  includeInSnippetByDefault: Type.Boolean(),
  defaultClientSideAvailability: ClientSideAvailability,
  defaultReleasePipelineKey: Type.Optional(Type.String()),
  requireViewAssociationForNewFlags: Type.Boolean(),
  requireViewAssociationForNewSegments: Type.Boolean(),
};

/** A project as GET and lists show it. */
export const ProjectRep = Type.Object(
  { ...project, environments: Type.Optional(EnvironmentCollection) },
  { description: 'A project; environments only when expanded' },
);
export type ProjectRep = Static<typeof ProjectRep>;

/** A project as answers to POST and PATCH show it. */
export const ProjectWithEnvironments = Type.Object(
  { ...project, environments: Type.Array(EnvironmentRep) },
  { description: 'A project with all its environments' },
);
export type ProjectWithEnvironments = Static<typeof ProjectWithEnvironments>;

export const ProjectCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(ProjectRep),
});
