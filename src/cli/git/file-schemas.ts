import { type Static, type TObject, type TProperties, Type } from 'typebox';

/*
 * What the files of a folder look like (docs/git.md). The same schemas are written beside them, for editors.
 */

const strict = <Members extends TProperties>(members: Members, description: string): TObject<Members> =>
  Type.Object(members, { additionalProperties: false, description });

const Tags = Type.Array(Type.String(), { description: 'Tags' });

/** A variation is called by its name, else by its value, else by its place: `#1` is the first. */
const Label = Type.Union([Type.String(), Type.Boolean(), Type.Number()], {
  description: 'The name of a variation, else its value, else its place such as "#1"',
});

const Clause = strict(
  {
    kind: Type.Optional(Type.String({ description: 'A context kind; user when absent' })),
    attribute: Type.Optional(Type.String({ description: 'An attribute; not for segmentMatch' })),
    op: Type.String({ description: 'An operator such as in, startsWith, matches, segmentMatch' }),
    values: Type.Array(Type.Unknown(), { description: 'Any of these may match' }),
    not: Type.Optional(Type.Boolean({ description: 'Whether none of the values may match' })),
  },
  'A condition',
);

const Share = strict(
  { variation: Label, percent: Type.Number({ minimum: 0, maximum: 100 }) },
  'Part of the traffic, in percent with up to three decimals',
);

const Rollout = strict(
  {
    rollout: Type.Array(Share),
    kind: Type.Optional(Type.String({ description: 'The kind of contexts that is dealt; user when absent' })),
    by: Type.Optional(Type.String({ description: 'The attribute that decides; the key when absent' })),
    seed: Type.Optional(Type.Integer({ description: 'Deals in place of the salt; written by automated rollouts' })),
  },
  'Several variations by chance',
);

const Serve = Type.Union([Label, Rollout], { description: 'A variation, or several by chance' });

const Config = strict(
  {
    on: Type.Boolean(),
    prerequisites: Type.Optional(Type.Array(strict({ flag: Type.String(), variation: Label }, 'What must be served'))),
    targets: Type.Optional(
      Type.Array(
        strict(
          {
            variation: Label,
            kind: Type.Optional(Type.String({ description: 'A context kind; user when absent' })),
            keys: Type.Array(Type.String()),
          },
          'Contexts that are served a variation whatever the rules say',
        ),
      ),
    ),
    rules: Type.Optional(
      Type.Array(
        strict(
          {
            description: Type.Optional(Type.String()),
            ref: Type.Optional(Type.String({ description: 'A name for tools' })),
            disabled: Type.Optional(Type.Boolean({ description: 'Whether the rule is passed over' })),
            if: Type.Array(Clause, { description: 'All of these must hold' }),
            serve: Serve,
            trackEvents: Type.Optional(Type.Boolean()),
          },
          'Who is served what; the first rule that fits counts',
        ),
      ),
    ),
    fallthrough: Serve,
    off: Type.Optional(Label),
    trackEvents: Type.Optional(Type.Boolean()),
    trackFallthroughEvents: Type.Optional(Type.Boolean()),
    checkRatio: Type.Optional(Type.Integer({ description: 'Of a migration: one in so many reads is compared' })),
  },
  'The flag in one environment',
);
export type ConfigFile = Static<typeof Config>;
export type ServeFile = Static<typeof Serve>;
export type ClauseFile = Static<typeof Clause>;

export const FlagFile = strict(
  {
    key: Type.String(),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    tags: Type.Optional(Tags),
    temporary: Type.Boolean({ description: 'Whether it is to be removed from code one day' }),
    archived: Type.Optional(Type.Boolean()),
    deprecated: Type.Optional(Type.Boolean()),
    maintainer: Type.Optional(Type.String({ description: 'The address of a member' })),
    maintainerTeam: Type.Optional(Type.String({ description: 'The key of a team' })),
    clientSide: strict({ usingEnvironmentId: Type.Boolean(), usingMobileKey: Type.Boolean() }, 'Which SDKs get it'),
    migration: Type.Optional(
      strict({ stageCount: Type.Integer(), contextKind: Type.Optional(Type.String()) }, 'Of a migration flag'),
    ),
    variations: Type.Array(
      strict(
        {
          value: Type.Unknown(),
          name: Type.Optional(Type.String()),
          description: Type.Optional(Type.String()),
        },
        'A value that the flag can have',
      ),
    ),
    defaults: strict({ on: Label, off: Label }, 'What environments begin with that are made later'),
    valueSchema: Type.Optional(Type.Unknown({ description: 'A JSON schema of the values' })),
    customProperties: Type.Optional(
      Type.Record(Type.String(), strict({ name: Type.String(), value: Type.Array(Type.String()) }, 'A property')),
    ),
    environments: Type.Record(Type.String(), Config),
  },
  'A feature flag',
);
export type FlagFile = Static<typeof FlagFile>;

const Members = Type.Array(
  strict({ kind: Type.Optional(Type.String()), keys: Type.Array(Type.String()) }, 'Contexts of one kind'),
);

export const SegmentFile = strict(
  {
    key: Type.String(),
    environment: Type.String(),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    tags: Type.Optional(Tags),
    big: Type.Optional(strict({ kind: Type.String() }, 'Keys of this kind are kept apart, not in this file')),
    included: Type.Optional(Members),
    excluded: Type.Optional(Members),
    rules: Type.Optional(
      Type.Array(
        strict(
          {
            description: Type.Optional(Type.String()),
            if: Type.Array(Clause, { description: 'All of these must hold' }),
            percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
            kind: Type.Optional(Type.String({ description: 'The kind of contexts that is dealt' })),
            by: Type.Optional(Type.String({ description: 'The attribute that decides; the key when absent' })),
          },
          'Who belongs to the segment',
        ),
      ),
    ),
  },
  'A segment in one environment',
);
export type SegmentFile = Static<typeof SegmentFile>;

export const PipelineFile = strict(
  {
    key: Type.String(),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    tags: Type.Optional(Tags),
    legacy: Type.Optional(Type.Boolean({ description: 'Whether phases are ticked off by hand' })),
    phases: Type.Array(
      strict(
        {
          name: Type.String(),
          configuration: Type.Optional(Type.Unknown({ description: 'As the API has it' })),
          audiences: Type.Array(
            strict(
              {
                name: Type.String(),
                environment: Type.Optional(Type.String()),
                segments: Type.Optional(Type.Array(Type.String())),
                configuration: Type.Optional(Type.Unknown({ description: 'As the API has it' })),
              },
              'Who gets it, and how',
            ),
          ),
        },
        'A phase',
      ),
    ),
  },
  'A release pipeline',
);
export type PipelineFile = Static<typeof PipelineFile>;

const Approvals = strict(
  {
    required: Type.Boolean(),
    requiredApprovalTags: Type.Array(Type.String()),
    minNumApprovals: Type.Integer(),
    canReviewOwnRequest: Type.Boolean(),
    canApplyDeclinedChanges: Type.Boolean(),
    bypassApprovalsForPendingChanges: Type.Boolean(),
  },
  'Who must agree before flags change',
);

export const ProjectFile = strict(
  {
    key: Type.String(),
    name: Type.String(),
    tags: Type.Optional(Tags),
    defaultClientSide: strict({ usingEnvironmentId: Type.Boolean(), usingMobileKey: Type.Boolean() }, 'For new flags'),
    namingConvention: Type.Optional(
      strict({ case: Type.Optional(Type.String()), prefix: Type.Optional(Type.String()) }, 'For keys of new flags'),
    ),
    defaultPipeline: Type.Optional(Type.String()),
    environments: Type.Array(
      strict(
        {
          key: Type.String(),
          name: Type.String(),
          color: Type.String({ description: 'Six hexadecimal digits' }),
          tags: Type.Optional(Tags),
          critical: Type.Boolean(),
          requireComments: Type.Boolean(),
          confirmChanges: Type.Boolean(),
          secureMode: Type.Boolean(),
          defaultTrackEvents: Type.Boolean(),
          defaultTtl: Type.Integer(),
          approvals: Type.Optional(Approvals),
          segmentApprovals: Type.Optional(Approvals),
        },
        'An environment',
      ),
    ),
  },
  'A project',
);
export type ProjectFile = Static<typeof ProjectFile>;
