import { InvalidRequest } from './errors.ts';
import { Fields, oneOf } from './fields.ts';
import type { FlagDefaults } from './flag-defaults.ts';
import type { DecisionContext } from './ids.ts';
import { applyJsonPatch } from './json-patch.ts';
import { show } from './json.ts';
import { requireKey, requireName, requireTags } from './naming.ts';

/** Which client-side SDKs receive a flag. */
export interface ClientSideAvailability {
  readonly usingEnvironmentId: boolean;
  readonly usingMobileKey: boolean;
}

export type NamingCase = 'camelCase' | 'upperCamelCase' | 'snakeCase' | 'kebabCase' | 'constantCase';

/** What keys of new flags must look like. */
export interface NamingConvention {
  readonly case?: NamingCase | undefined;
  readonly prefix?: string | undefined;
}

/** Everything about a project that its owners may change. */
export interface ProjectSettings {
  readonly name: string;
  readonly tags: readonly string[];
  readonly defaultClientSideAvailability: ClientSideAvailability;
  readonly defaultReleasePipelineKey?: string | undefined;
  readonly namingConvention?: NamingConvention | undefined;
  readonly requireViewAssociationForNewFlags: boolean;
  readonly requireViewAssociationForNewSegments: boolean;
  /** Whether automated release pipelines take flags of any kind; boolean ones alone when absent. */
  readonly releaseFlagKinds?: 'any' | undefined;
  /** What forms for new flags begin with; absent until somebody sets it. */
  readonly flagDefaults?: FlagDefaults | undefined;
}

/** A set of flags, environments and pipelines that belong together. */
export interface Project extends ProjectSettings {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly createdAt: number;
}

/** A new project as asked for. */
export interface NewProject {
  readonly key: string;
  readonly name: string;
  readonly tags?: readonly string[] | undefined;
  readonly includeInSnippetByDefault?: boolean | undefined;
  readonly defaultClientSideAvailability?: ClientSideAvailability | undefined;
  readonly namingConvention?: NamingConvention | undefined;
}

const MAX_PROJECT_KEY_LENGTH = 100;

/** @throws InvalidRequest naming the bad field. */
export function createProject(request: NewProject, context: DecisionContext): Project {
  const settings = requireProjectSettings({
    name: request.name,
    tags: request.tags ?? [],
    defaultClientSideAvailability: request.defaultClientSideAvailability ?? {
      usingEnvironmentId: request.includeInSnippetByDefault ?? false,
      usingMobileKey: true,
    },
    namingConvention: request.namingConvention,
    requireViewAssociationForNewFlags: false,
    requireViewAssociationForNewSegments: false,
  });
  return {
    id: context.ids.objectId(),
    key: requireKey('key', request.key, MAX_PROJECT_KEY_LENGTH),
    ...settings,
    version: 1,
    createdAt: context.now,
  };
}

/** Checks settings and brings them to their stored form. @throws InvalidRequest naming the bad field. */
export function requireProjectSettings(settings: ProjectSettings): ProjectSettings {
  return {
    ...settings,
    name: requireName('name', settings.name),
    tags: requireTags('tags', settings.tags),
  };
}

const CASES: Record<NamingCase, RegExp> = {
  camelCase: /^[a-z][a-zA-Z0-9]*$/,
  upperCamelCase: /^[A-Z][a-zA-Z0-9]*$/,
  snakeCase: /^[a-z0-9]+(_[a-z0-9]+)*$/,
  kebabCase: /^[a-z0-9]+(-[a-z0-9]+)*$/,
  constantCase: /^[A-Z0-9]+(_[A-Z0-9]+)*$/,
};

/** Checks the key of a new flag against the project's convention. @throws InvalidRequest naming the convention. */
export function requireConventionalKey(flagKey: string, convention: NamingConvention | undefined): void {
  const prefix = convention?.prefix ?? '';
  if (!flagKey.startsWith(prefix)) {
    throw new InvalidRequest(
      `key: ${show(flagKey)} breaks the project's naming convention; expected the prefix "${prefix}"`,
    );
  }
  const namingCase = convention?.case;
  if (namingCase && !CASES[namingCase].test(flagKey.slice(prefix.length))) {
    throw new InvalidRequest(`key: ${show(flagKey)} breaks the project's naming convention; expected ${namingCase}`);
  }
}

/** The action that a change of each setting needs. */
export const PROJECT_ACTIONS: Record<keyof ProjectSettings, string> = {
  name: 'updateProjectName',
  tags: 'updateTags',
  defaultClientSideAvailability: 'updateDefaultClientSideAvailability',
  defaultReleasePipelineKey: 'updateDefaultReleasePipeline',
  releaseFlagKinds: 'updateDefaultReleasePipeline',
  namingConvention: 'updateProjectFlagDefaults',
  flagDefaults: 'updateProjectFlagDefaults',
  requireViewAssociationForNewFlags: 'updateViewAssociationRequirements',
  requireViewAssociationForNewSegments: 'updateViewAssociationRequirements',
};

/**
 * Applies a JSON patch to the settings. `/includeInSnippetByDefault` is the older name of
 * `/defaultClientSideAvailability/usingEnvironmentId`; when both change, the newer name wins.
 * @throws InvalidPatch, PreconditionFailed (see `applyJsonPatch`), InvalidRequest naming the bad field
 */
export function patchProjectSettings(settings: ProjectSettings, projectKey: string, patch: unknown): ProjectSettings {
  const before = settings.defaultClientSideAvailability;
  const document = {
    ...settings,
    key: projectKey,
    includeInSnippetByDefault: before.usingEnvironmentId,
    releaseFlagKinds: settings.releaseFlagKinds ?? 'boolean',
  };
  const fields = new Fields(
    applyJsonPatch(document, patch, [...Object.keys(PROJECT_ACTIONS), ...Object.keys(document)]),
    '',
  );
  if (fields.string('key') !== projectKey) fields.fail('key', `${show(projectKey)}, since keys never change`);
  const availability = fields.object('defaultClientSideAvailability');
  const usingEnvironmentId = availability.boolean('usingEnvironmentId');
  const snippet = fields.optional('includeInSnippetByDefault', fields.boolean) ?? usingEnvironmentId;
  return requireProjectSettings({
    name: fields.string('name'),
    tags: fields.optional('tags', fields.strings) ?? [],
    defaultClientSideAvailability: {
      usingEnvironmentId: usingEnvironmentId === before.usingEnvironmentId ? snippet : usingEnvironmentId,
      usingMobileKey: availability.boolean('usingMobileKey'),
    },
    defaultReleasePipelineKey: fields.optional('defaultReleasePipelineKey', fields.string),
    releaseFlagKinds: readReleaseFlagKinds(fields),
    namingConvention: fields.has('namingConvention')
      ? readNamingConvention(fields.object('namingConvention'))
      : undefined,
    requireViewAssociationForNewFlags: fields.optional('requireViewAssociationForNewFlags', fields.boolean) ?? false,
    requireViewAssociationForNewSegments:
      fields.optional('requireViewAssociationForNewSegments', fields.boolean) ?? false,
  });
}

function readReleaseFlagKinds(fields: Fields): 'any' | undefined {
  const kinds = fields.optional('releaseFlagKinds', oneOf(['boolean', 'any'] as const));
  return kinds === 'any' ? kinds : undefined;
}

function readNamingConvention(fields: Fields): NamingConvention {
  const namingCase = fields.optional('case', fields.string);
  if (namingCase !== undefined && !Object.hasOwn(CASES, namingCase)) {
    fields.fail('case', `one of ${Object.keys(CASES).join(', ')}`);
  }
  return { case: namingCase as NamingCase | undefined, prefix: fields.optional('prefix', fields.string) };
}
