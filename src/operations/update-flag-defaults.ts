import type { Actor } from '../domain/access/actor.ts';
import type { DocumentPatch } from '../domain/document-patch.ts';
import {
  type FlagDefaultsDocument,
  INITIAL_FLAG_DEFAULTS,
  patchFlagDefaults,
  readFlagDefaults,
} from '../domain/flag-defaults.ts';
import type { Project } from '../domain/project.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { storeProject } from './update-project.ts';
import { type Deps, write } from './write.ts';

export interface UpdateFlagDefaults {
  readonly actor: Actor;
  readonly projectKey: string;
  /** The whole, or a patch of it. */
  readonly change: { readonly whole: unknown } | DocumentPatch;
  readonly comment?: string | undefined;
}

/** The flag defaults of a project as they are read and written. */
export function flagDefaultsOf(project: Project): FlagDefaultsDocument {
  const { flagDefaults = INITIAL_FLAG_DEFAULTS, defaultClientSideAvailability } = project;
  return { ...flagDefaults, defaultClientSideAvailability };
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed */
export async function updateFlagDefaults(deps: Deps, request: UpdateFlagDefaults): Promise<Project> {
  const { change } = request;
  return write(deps, request.actor, async (write) => {
    const before = await getProjectForUpdate(write.tx, request.projectKey);
    const after =
      'whole' in change ? readFlagDefaults(change.whole) : patchFlagDefaults(flagDefaultsOf(before), change);
    const { defaultClientSideAvailability, ...flagDefaults } = after;
    return storeProject(write, before, { ...before, flagDefaults, defaultClientSideAvailability }, request.comment);
  });
}
