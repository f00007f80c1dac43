import { Type } from 'typebox';

export const PutQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'Go through all checks, but store nothing' })),
});

const comment = Type.Optional(Type.String({ description: 'For the audit log' }));

export const WholeFlag = Type.Object(
  { comment },
  { additionalProperties: true, description: 'A flag as GET shows it; with the ids, salts and seeds it is to have' },
);

export const WholeSegment = Type.Object(
  { comment },
  { additionalProperties: true, description: 'A segment as GET shows it; with the ids and the salt it is to have' },
);

export const PutRep = Type.Object({
  outcome: Type.Union([Type.Literal('created'), Type.Literal('changed'), Type.Literal('unchanged')]),
});
