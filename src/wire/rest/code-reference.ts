import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { Link, Links, UnixMillis } from './common.ts';

export const RepositoryParams = Type.Object({ repo: Type.String({ description: 'The name, in any case' }) });
export const BranchParams = Type.Object({
  ...RepositoryParams.properties,
  branch: Type.String({ description: 'The name of the branch, URL-encoded' }),
});

export const RepositoryPost = Type.Object(
  {
    name: Type.String({ description: 'Unique' }),
    type: Type.Optional(Type.String({ description: 'bitbucket, custom, github or gitlab; custom when absent' })),
    sourceLink: Type.Optional(Type.String({ description: 'URL of the repository' })),
    commitUrlTemplate: Type.Optional(Type.String({ description: 'URL of a commit, with ${sha}' })),
    hunkUrlTemplate: Type.Optional(
      Type.String({ description: 'URL of lines, with ${sha}, ${filePath} and ${lineNumber}' }),
    ),
    defaultBranch: Type.Optional(Type.String({ description: 'main when absent' })),
  },
  { additionalProperties: true, description: 'A new repository of code' },
);

export const BranchPut = Type.Object(
  {
    name: Type.String({ description: 'As in the path' }),
    head: Type.String({ description: 'The revision that was scanned' }),
    syncTime: UnixMillis,
  },
  { additionalProperties: true, description: 'A branch with the references that were found on it' },
);

const HunkRep = Type.Object({
  startingLineNumber: Type.Integer(),
  lines: Type.Optional(Type.String()),
  projKey: Type.Optional(Type.String()),
  flagKey: Type.Optional(Type.String()),
  aliases: Type.Optional(Type.Array(Type.String())),
});

const ReferenceRep = Type.Object({
  path: Type.String(),
  hint: Type.Optional(Type.String({ description: 'The programming language' })),
  hunks: Type.Array(HunkRep),
});

export const BranchRep = Type.Object(
  {
    _links: Links,
    name: Type.String(),
    head: Type.String(),
    updateSequenceId: Type.Optional(Type.Integer()),
    syncTime: UnixMillis,
    references: Type.Optional(Type.Array(ReferenceRep)),
  },
  { description: 'A branch as it was last scanned' },
);
export type BranchRep = Static<typeof BranchRep>;

export const RepositoryRep = Type.Object(
  {
    _links: Links,
    name: Type.String(),
    type: Type.String(),
    sourceLink: Type.Optional(Type.String()),
    commitUrlTemplate: Type.Optional(Type.String()),
    hunkUrlTemplate: Type.Optional(Type.String()),
    defaultBranch: Type.String(),
    enabled: Type.Boolean(),
    version: Type.Integer(),
    branches: Type.Optional(Type.Array(BranchRep)),
    _access: Type.Optional(AccessRep),
  },
  { description: 'A repository of code in which flags are looked for' },
);
export type RepositoryRep = Static<typeof RepositoryRep>;

/** How often a flag is spoken of in the default branch of a repository. */
export const StatisticRep = Type.Object({
  _links: Links,
  name: Type.String(),
  type: Type.String(),
  sourceLink: Type.String(),
  defaultBranch: Type.String(),
  enabled: Type.Boolean(),
  version: Type.Integer(),
  hunkCount: Type.Integer(),
  fileCount: Type.Integer(),
  latestCommitTime: Type.Optional(UnixMillis),
});
export type StatisticRep = Static<typeof StatisticRep>;

export const StatisticCollection = Type.Object({
  _links: Links,
  flags: Type.Record(Type.String(), Type.Array(StatisticRep), { description: 'By the key of the flag' }),
});

export const StatisticsRoot = Type.Object({ self: Link, projects: Type.Array(Link) });

export const ExtinctionCollection = Type.Object({
  _links: Links,
  items: Type.Record(
    Type.String(),
    Type.Array(
      Type.Object({
        revision: Type.String(),
        message: Type.String(),
        time: UnixMillis,
        flagKey: Type.String(),
        projKey: Type.String(),
      }),
    ),
    { description: 'By the key of the flag' },
  ),
});
