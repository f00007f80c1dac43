import { Fields, oneOf } from './fields.ts';
import type { DecisionContext } from './ids.ts';
import { applyJsonPatch } from './json-patch.ts';

const KINDS = ['browser', 'mobile', 'server'] as const;
export type ApplicationKind = (typeof KINDS)[number];

/** A program that has Slipway's flags in it, as its SDKs tell of it (docs/wire/applications.md). */
export interface Application {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly kind: ApplicationKind;
  readonly createdAt: number;
  readonly version: number;
}

/** A version of an application that SDKs have told of. */
export interface ApplicationVersion {
  readonly key: string;
  readonly name: string;
  /** Whether its makers still care for it. */
  readonly isSupported: boolean;
  readonly createdAt: number;
  /** Counts the changes of this record. */
  readonly version: number;
}

/** What an SDK tells of a thing: its key, and its name if it has one. */
export interface Told {
  readonly key: string;
  readonly name?: string | undefined;
}

/** What an SDK tells of the application that it is part of. */
export interface Sighting extends Told {
  readonly kind: ApplicationKind;
  readonly version?: Told | undefined;
}

/** The action that a change of each setting of an application needs. */
export const APPLICATION_ACTIONS = {
  description: 'updateApplicationDescription',
  kind: 'updateApplicationKind',
} as const;

/** The same for versions. */
export const VERSION_ACTIONS = { isSupported: 'updateApplicationVersionSupported' } as const;

/** An application that an SDK tells of for the first time. */
export function createApplication({ key, name, kind }: Sighting, { ids, now }: DecisionContext): Application {
  return { id: ids.objectId(), key, name: name ?? key, description: '', kind, createdAt: now, version: 1 };
}

/** A version that an SDK tells of for the first time. */
export function createVersion({ key, name }: Told, now: number): ApplicationVersion {
  return { key, name: name ?? key, isSupported: true, createdAt: now, version: 1 };
}

/** The name that a known thing gets from an SDK; undefined when it keeps its own. The first name told is kept. */
export function newName(known: Told, told: Told): string | undefined {
  return known.name === known.key && told.name !== known.key ? told.name : undefined;
}

/** Applies a JSON patch to description and kind. @throws InvalidPatch, PreconditionFailed, InvalidRequest */
export function patchApplication(application: Application, patch: unknown): Application {
  const { description, kind } = application;
  const fields = new Fields(applyJsonPatch<object>({ description, kind }, patch, Object.keys(APPLICATION_ACTIONS)), '');
  return {
    ...application,
    description: fields.optional('description', fields.string) ?? '',
    kind: oneOf(KINDS).call(fields, 'kind'),
  };
}

/**
 * Applies a JSON patch to `supported`; its value may be a text, as in the official example.
 * @throws InvalidPatch, PreconditionFailed, InvalidRequest
 */
export function patchVersion(version: ApplicationVersion, patch: unknown): ApplicationVersion {
  const fields = new Fields(applyJsonPatch<object>({ supported: version.isSupported }, patch, ['supported']), '');
  const supported = fields.raw('supported');
  const isText = supported === 'true' || supported === 'false';
  return { ...version, isSupported: isText ? supported === 'true' : fields.boolean('supported') };
}
