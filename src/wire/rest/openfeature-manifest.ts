import { type Static, Type } from 'typebox';
import { ErrorBody } from './common.ts';

const ManifestType = Type.Enum(['boolean', 'string', 'integer', 'float', 'object']);

const Value = Type.Unknown({ description: 'A value of the type' });

const ManifestFlag = Type.Object({
  key: Type.String(),
  name: Type.String(),
  type: ManifestType,
  description: Type.String(),
  defaultValue: Value,
});

export const Manifest = Type.Object({ flags: Type.Array(ManifestFlag) }, { description: 'The flags of a project' });

export const ManifestFlagAnswer = Type.Object({
  flag: ManifestFlag,
  updatedAt: Type.String({ description: 'ISO 8601' }),
});

export const ManifestArchiveAnswer = Type.Object({
  message: Type.String(),
  archivedAt: Type.String({ description: 'ISO 8601' }),
});

const Wanted = {
  key: Type.String(),
  type: ManifestType,
  name: Type.Optional(Type.String({ description: 'The key of a new flag when absent' })),
  description: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'Empty when absent' })),
};

export const ManifestFlagPost = Type.Object({ ...Wanted, defaultValue: Value });
export const ManifestFlagPut = Type.Object({ ...Wanted, defaultValue: Type.Optional(Value) });

/** Errors say the same twice: as OpenFeature's tools read them, and as all others of the API. */
export const ManifestError = Type.Object(
  {
    ...ErrorBody.properties,
    error: Type.Object({
      message: Type.String(),
      status: Type.Integer({ description: 'The HTTP status' }),
      details: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
    }),
  },
  { additionalProperties: true, description: 'What went wrong' },
);
export type ManifestError = Static<typeof ManifestError>;
