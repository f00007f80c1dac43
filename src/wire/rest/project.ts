import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { ClientSideAvailability, Links } from './common.ts';
import { EnvironmentCollection, EnvironmentPost, EnvironmentRep } from './environment.ts';

export const NamingConvention = Type.Object({
  case: Type.Optional(
    Type.Union(
      [
        Type.Literal('camelCase'),
        Type.Literal('upperCamelCase'),
        Type.Literal('snakeCase'),
        Type.Literal('kebabCase'),
        Type.Literal('constantCase'),
      ],
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
  releaseFlagKinds: Type.String({ description: 'Which flags automated release pipelines take: boolean, or any' }),
  requireViewAssociationForNewFlags: Type.Boolean(),
  requireViewAssociationForNewSegments: Type.Boolean(),
  namingConvention: Type.Optional(NamingConvention),
  _access: Type.Optional(AccessRep),
};

export const FlagDefaultsRep = Type.Object(
  {
    _links: Links,
    key: Type.String({ description: 'The project key' }),
    tags: Type.Array(Type.String()),
    temporary: Type.Boolean(),
    defaultClientSideAvailability: ClientSideAvailability,
    booleanDefaults: Type.Object({
      trueDisplayName: Type.String(),
      falseDisplayName: Type.String(),
      trueDescription: Type.String(),
      falseDescription: Type.String(),
      onVariation: Type.Integer(),
      offVariation: Type.Integer(),
    }),
  },
  { description: 'What forms for new flags begin with' },
);
export type FlagDefaultsRep = Static<typeof FlagDefaultsRep>;

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
