import type { Caller } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import {
  type Application,
  APPLICATION_ACTIONS,
  type ApplicationVersion,
  patchApplication,
  patchVersion,
  VERSION_ACTIONS,
} from '../domain/application.ts';
import { applications, deleteVersion, getVersion, saveVersion } from '../store/applications.ts';
import { changeSettings } from './change-settings.ts';
import { type Deps, write } from './write.ts';

export interface ChangeApplication {
  readonly actor: Caller;
  readonly applicationKey: string;
}

export interface ChangeVersion extends ChangeApplication {
  readonly versionKey: string;
}

const resourceOf = (application: Application) => specifier.inAccount('application', application);

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed */
export async function updateApplication(
  deps: Deps,
  request: ChangeApplication & { readonly patch: unknown },
): Promise<Application> {
  return write(deps, request.actor, async (write) => {
    const before = await applications.get(write.tx, {}, request.applicationKey);
    return changeSettings<Application>(write, {
      kind: 'application',
      name: before.name,
      resource: resourceOf(before),
      before,
      after: patchApplication(before, request.patch),
      actions: APPLICATION_ACTIONS,
      titleVerb: 'updated the application',
      save: applications.save,
    });
  });
}

/** Deletes an application with its versions. It comes back when an SDK tells of it. @throws NotFound, Forbidden */
export async function deleteApplication(deps: Deps, request: ChangeApplication): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const application = await applications.get(write.tx, {}, request.applicationKey);
    const accesses = accessesTo(resourceOf(application), ['deleteApplication']);
    authorize(request.actor, accesses);
    await applications.delete(write.tx, application.id);
    write.record({
      kind: 'application',
      name: application.name,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the application',
      description: [`Deleted the application ${application.key}`],
      before: application,
    });
  });
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed */
export async function updateApplicationVersion(
  deps: Deps,
  request: ChangeVersion & { readonly patch: unknown },
): Promise<ApplicationVersion> {
  return write(deps, request.actor, async (write) => {
    const application = await applications.get(write.tx, {}, request.applicationKey);
    const before = await getVersion(write.tx, application.id, request.versionKey);
    return changeSettings<ApplicationVersion>(write, {
      kind: 'application',
      name: `${application.name} ${before.name}`,
      resource: resourceOf(application),
      before,
      after: patchVersion(before, request.patch),
      actions: VERSION_ACTIONS,
      titleVerb: 'updated the version of the application',
      save: (tx, version) => saveVersion(tx, application.id, version),
    });
  });
}

/** Deletes a version of an application. It comes back when an SDK tells of it. @throws NotFound, Forbidden */
export async function deleteApplicationVersion(deps: Deps, request: ChangeVersion): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const application = await applications.get(write.tx, {}, request.applicationKey);
    const version = await getVersion(write.tx, application.id, request.versionKey);
    const accesses = accessesTo(resourceOf(application), ['deleteApplicationVersion']);
    authorize(request.actor, accesses);
    await deleteVersion(write.tx, application.id, version.key);
    write.record({
      kind: 'application',
      name: `${application.name} ${version.name}`,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the version of the application',
      description: [`Deleted the version ${version.key} of the application ${application.key}`],
      before: version,
    });
  });
}
