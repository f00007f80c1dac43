import { applyDocumentPatch, type DocumentPatch } from './document-patch.ts';
import { Fields } from './fields.ts';
import { requireTags } from './naming.ts';
import type { ClientSideAvailability } from './project.ts';

/** How a boolean flag begins that is made by a form. */
export interface BooleanDefaults {
  readonly trueDisplayName: string;
  readonly falseDisplayName: string;
  readonly trueDescription: string;
  readonly falseDescription: string;
  /** 0 or 1. */
  readonly onVariation: number;
  readonly offVariation: number;
}

/**
 * What forms for new flags of a project begin with (docs/wire/rest.md, "Flag defaults"). The API applies none of it by
 * itself; which client-side SDKs receive new flags is the project's own setting.
 */
export interface FlagDefaults {
  readonly tags: readonly string[];
  readonly temporary: boolean;
  readonly booleanDefaults: BooleanDefaults;
}

/** The defaults of a project that has not set any. */
export const INITIAL_FLAG_DEFAULTS: FlagDefaults = {
  tags: [],
  temporary: true,
  booleanDefaults: {
    trueDisplayName: 'True',
    falseDisplayName: 'False',
    trueDescription: '',
    falseDescription: '',
    onVariation: 0,
    offVariation: 1,
  },
};

/** The defaults with the project's client-side availability, as the wire has them together. */
export interface FlagDefaultsDocument extends FlagDefaults {
  readonly defaultClientSideAvailability: ClientSideAvailability;
}

/** Reads flag defaults, of which everything must be there. @throws InvalidRequest naming the bad member */
export function readFlagDefaults(body: unknown): FlagDefaultsDocument {
  const fields = new Fields(body, '');
  const booleans = fields.object('booleanDefaults');
  const availability = fields.object('defaultClientSideAvailability');
  const position = (name: string) => {
    const value = booleans.integer(name);
    return value === 0 || value === 1 ? value : booleans.fail(name, '0 or 1');
  };
  return {
    tags: requireTags('tags', fields.strings('tags')),
    temporary: fields.boolean('temporary'),
    booleanDefaults: {
      trueDisplayName: booleans.string('trueDisplayName'),
      falseDisplayName: booleans.string('falseDisplayName'),
      trueDescription: booleans.string('trueDescription'),
      falseDescription: booleans.string('falseDescription'),
      onVariation: position('onVariation'),
      offVariation: position('offVariation'),
    },
    defaultClientSideAvailability: {
      usingEnvironmentId: availability.boolean('usingEnvironmentId'),
      usingMobileKey: availability.boolean('usingMobileKey'),
    },
  };
}

/** @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad member */
export function patchFlagDefaults(before: FlagDefaultsDocument, patch: DocumentPatch): FlagDefaultsDocument {
  return readFlagDefaults(applyDocumentPatch(before, patch, Object.keys(before)));
}
