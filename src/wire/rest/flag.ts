import { type Static, Type } from 'typebox';
import { StatisticRep } from './code-reference.ts';
import { ClientSideAvailability, Link, Links, MemberSummary, TeamSummary, UnixMillis } from './common.ts';

const JsonValue = Type.Unknown({ description: 'Any JSON value' });

const Defaults = Type.Object(
  {
    onVariation: Type.Integer({ description: 'Index of the variation that new environments serve when on' }),
    offVariation: Type.Integer({ description: 'Index of the variation that new environments serve when off' }),
  },
  { description: 'Presets of new environments' },
);

const CustomProperties = Type.Record(
  Type.String(),
  Type.Object({ name: Type.String(), value: Type.Array(Type.String()) }),
  { description: 'Metadata by key' },
);

const MigrationSettings = Type.Object(
  {
    stageCount: Type.Integer({ description: '2, 4 or 6' }),
    contextKind: Type.Optional(Type.String({ description: 'With 6 stages: the kind of context that moves' })),
  },
  { description: 'How a migration goes' },
);

export const FlagPost = Type.Object(
  {
    key: Type.String({ description: 'Unique in the project; never changes' }),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    variations: Type.Optional(
      Type.Array(
        Type.Object({
          value: JsonValue,
          name: Type.Optional(Type.String()),
          description: Type.Optional(Type.String()),
        }),
        { description: 'true and false when absent' },
      ),
    ),
    defaults: Type.Optional(Defaults),
    temporary: Type.Optional(Type.Boolean({ description: 'true when absent' })),
    tags: Type.Optional(Type.Array(Type.String())),
    clientSideAvailability: Type.Optional(ClientSideAvailability),
    includeInSnippet: Type.Optional(
      Type.Boolean({ description: 'Older name of clientSideAvailability.usingEnvironmentId' }),
    ),
    customProperties: Type.Optional(CustomProperties),
    maintainerId: Type.Optional(Type.String({ description: 'Id of a member; the caller when absent' })),
    isFlagOn: Type.Optional(
      Type.Boolean({ description: 'Whether to begin on in all environments; false when absent' }),
    ),
    maintainerTeamKey: Type.Optional(Type.String({ description: 'Key of a team, in place of a member' })),
    initialPrerequisites: Type.Optional(
      Type.Array(Type.Object({ key: Type.String(), variationId: Type.String() }), {
        description: 'Flags that must be on and serve a variation, in all environments',
      }),
    ),
    purpose: Type.Optional(Type.String({ description: 'migration for a migration flag' })),
    migrationSettings: Type.Optional(MigrationSettings),
  },
  { description: 'A new flag' },
);
export type FlagPost = Static<typeof FlagPost>;

const Rollout = Type.Object({
  variations: Type.Array(
    Type.Object({
      variation: Type.Integer({ description: 'Index in the list of variations' }),
      weight: Type.Integer({ description: 'Share in thousandths of a percent; all together 100000' }),
      _untracked: Type.Optional(Type.Boolean({ description: 'true when it is left out of what is measured' })),
    }),
  ),
  contextKind: Type.String(),
  bucketBy: Type.Optional(Type.String({ description: 'Attribute that decides; the key when absent' })),
  seed: Type.Optional(Type.Integer({ description: 'What an automated rollout deals contexts by' })),
  experimentAllocation: Type.Optional(
    Type.Object({ type: Type.String(), defaultVariation: Type.Integer(), canReshuffle: Type.Boolean() }),
  ),
});

const serve = {
  variation: Type.Optional(Type.Integer({ description: 'Index in the list of variations' })),
  rollout: Type.Optional(Rollout),
};

const Clause = Type.Object({
  _id: Type.String(),
  attribute: Type.String(),
  op: Type.String(),
  values: Type.Array(JsonValue),
  negate: Type.Boolean(),
  contextKind: Type.String(),
});

const Rule = Type.Object({
  _id: Type.String(),
  ...serve,
  clauses: Type.Array(Clause),
  trackEvents: Type.Boolean(),
  description: Type.Optional(Type.String()),
  ref: Type.Optional(Type.String({ description: 'Name that a client gave the rule' })),
  disabled: Type.Optional(Type.Boolean({ description: 'true when the rule is passed over' })),
});

const Target = Type.Object({
  values: Type.Array(Type.String()),
  variation: Type.Integer(),
  contextKind: Type.String(),
});

const VariationSummary = Type.Object({
  rules: Type.Integer(),
  nullRules: Type.Integer(),
  targets: Type.Integer(),
  contextTargets: Type.Integer(),
  isFallthrough: Type.Optional(Type.Boolean()),
  isOff: Type.Optional(Type.Boolean()),
  rollout: Type.Optional(Type.Integer()),
  bucketBy: Type.Optional(Type.String()),
});

/** A flag in one environment; the optional members are those that the summary form leaves out. */
export const FlagConfigRep = Type.Object(
  {
    on: Type.Boolean(),
    archived: Type.Boolean(),
    salt: Type.String(),
    sel: Type.String(),
    lastModified: UnixMillis,
    version: Type.Integer({ description: 'The version that SDKs see' }),
    targets: Type.Optional(Type.Array(Target, { description: 'Individual targets of kind user' })),
    contextTargets: Type.Optional(Type.Array(Target, { description: 'Individual targets of other kinds' })),
    rules: Type.Optional(Type.Array(Rule)),
    fallthrough: Type.Optional(Type.Object(serve)),
    offVariation: Type.Optional(Type.Integer()),
    prerequisites: Type.Optional(Type.Array(Type.Object({ key: Type.String(), variation: Type.Integer() }))),
    _site: Link,
    _environmentName: Type.String(),
    trackEvents: Type.Boolean(),
    trackEventsFallthrough: Type.Boolean(),
    _debugEventsUntilDate: Type.Optional(UnixMillis),
    evaluation: Type.Optional(
      Type.Object({ contextKinds: Type.Array(Type.String()) }, { description: 'Kinds evaluated in the last 30 days' }),
    ),
    migrationSettings: Type.Optional(
      Type.Object({ checkRatio: Type.Integer({ description: 'SDKs compare one in so many reads' }) }),
    ),
    _summary: Type.Object({
      prerequisites: Type.Integer(),
      variations: Type.Record(Type.String(), VariationSummary, { description: 'Use of each variation, by index' }),
    }),
  },
  { description: 'A flag in one environment' },
);
export type FlagConfigRep = Static<typeof FlagConfigRep>;

export const FlagRep = Type.Object(
  {
    _links: Links,
    key: Type.String(),
    name: Type.String(),
    kind: Type.String({ description: 'boolean or multivariate' }),
    description: Type.String(),
    _version: Type.Integer(),
    creationDate: UnixMillis,
    includeInSnippet: Type.Boolean(),
    clientSideAvailability: ClientSideAvailability,
    variations: Type.Array(
      Type.Object({
        _id: Type.String(),
        value: JsonValue,
        name: Type.Optional(Type.String()),
        description: Type.Optional(Type.String()),
      }),
    ),
    variationJsonSchema: Type.Unknown({ description: 'A JSON schema of the values, or null' }),
    defaults: Defaults,
    temporary: Type.Boolean(),
    tags: Type.Array(Type.String()),
    maintainerId: Type.Optional(Type.String()),
    _maintainer: Type.Optional(MemberSummary),
    maintainerTeamKey: Type.Optional(Type.String()),
    _maintainerTeam: Type.Optional(TeamSummary),
    goalIds: Type.Array(Type.String()),
    experiments: Type.Object({ baselineIdx: Type.Integer(), items: Type.Array(JsonValue) }),
    customProperties: CustomProperties,
    archived: Type.Boolean(),
    archivedDate: Type.Optional(UnixMillis),
    deprecated: Type.Boolean(),
    deprecatedDate: Type.Optional(UnixMillis),
    _purpose: Type.Optional(Type.String({ description: 'migration for a migration flag' })),
    migrationSettings: Type.Optional(MigrationSettings),
    codeReferences: Type.Optional(Type.Object({ items: Type.Array(StatisticRep) })),
    environments: Type.Optional(Type.Record(Type.String(), FlagConfigRep)),
  },
  { description: 'A feature flag' },
);
export type FlagRep = Static<typeof FlagRep>;

export const FlagCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  totalCountWithDifferences: Type.Optional(Type.Integer({ description: 'With compare, in older versions' })),
  items: Type.Array(FlagRep),
});

const CopyPlace = Type.Object({
  key: Type.String({ description: 'An environment key' }),
  currentVersion: Type.Optional(Type.Integer({ description: 'The version that the flag must have there' })),
});

const Actions = Type.Optional(Type.Array(Type.String()));

export const FlagCopyPost = Type.Object(
  {
    source: CopyPlace,
    target: CopyPlace,
    includedActions: Actions,
    excludedActions: Actions,
    comment: Type.Optional(Type.String()),
  },
  { description: 'Which configuration to copy where, and which parts of it' },
);

export const FlagParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
});
