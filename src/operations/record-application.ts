import { SYSTEM } from '../domain/access/actor.ts';
import { accessesTo } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import {
  type Application,
  createApplication,
  createVersion,
  newName,
  type Sighting,
  type Told,
} from '../domain/application.ts';
import { lockAccount } from '../store/account.ts';
import {
  applications,
  deleteVersion,
  findVersion,
  insertVersion,
  listVersions,
  saveVersion,
} from '../store/applications.ts';
import type { Db } from '../store/database.ts';
import { type Deps, type Write, write } from './write.ts';

/** Most applications of the account, and most versions of each; the oldest make room for new ones. */
export const MAX_APPLICATIONS = 1_000;
export const MAX_VERSIONS = 1_000;

/** Remembers an application and its version that an SDK tells of. What is known already costs reading only. */
export async function recordApplication(deps: Deps, sighting: Sighting): Promise<void> {
  if (await isKnown(deps.database.db, sighting)) return;
  await write(deps, SYSTEM, async (write) => {
    await lockAccount(write.tx);
    const application = await rememberApplication(write, sighting);
    if (sighting.version) await rememberVersion(write, application, sighting.version);
  });
}

async function isKnown(db: Db, sighting: Sighting): Promise<boolean> {
  const application = await applications.find(db, {}, sighting.key);
  if (!application || newName(application, sighting) !== undefined) return false;
  if (!sighting.version) return true;
  const version = await findVersion(db, application.id, sighting.version.key);
  return version !== undefined && newName(version, sighting.version) === undefined;
}

async function rememberApplication(write: Write, sighting: Sighting): Promise<Application> {
  const known = await applications.find(write.tx, {}, sighting.key);
  if (!known) return addApplication(write, sighting);
  const name = newName(known, sighting);
  if (name === undefined) return known;
  const named = { ...known, name, version: known.version + 1 };
  await applications.save(write.tx, named);
  record(write, named, 'updateApplicationName', 'named the application', [`An SDK calls ${known.key} ${name}`], {
    before: known,
    after: named,
  });
  return named;
}

async function addApplication(write: Write, sighting: Sighting): Promise<Application> {
  const application = createApplication(sighting, write);
  await applications.insert(write.tx, {}, application);
  const all = await applications.list(write.tx, {});
  for (const { id } of all.slice(0, Math.max(0, all.length - MAX_APPLICATIONS))) {
    await applications.delete(write.tx, id);
  }
  const words = [`An SDK told of the application ${application.key}`];
  record(write, application, 'createApplication', 'added the application', words, { after: application });
  return application;
}

async function rememberVersion(write: Write, application: Application, told: Told): Promise<void> {
  const known = await findVersion(write.tx, application.id, told.key);
  const name = known && newName(known, told);
  if (known && name === undefined) return;
  const version = known
    ? { ...known, name: name ?? known.name, version: known.version + 1 }
    : createVersion(told, write.now);
  if (known) await saveVersion(write.tx, application.id, version);
  else await addVersion(write, application.id, version);
  record(
    write,
    application,
    known ? 'updateApplicationVersionName' : 'createApplicationVersion',
    known ? 'named a version of the application' : 'added a version to the application',
    [`An SDK told of the version ${version.key}${version.name === version.key ? '' : `, ${version.name}`}`],
    { ...(known && { before: known }), after: version },
  );
}

async function addVersion(
  { tx }: Write,
  applicationId: string,
  version: Parameters<typeof insertVersion>[2],
): Promise<void> {
  await insertVersion(tx, applicationId, version);
  const all = await listVersions(tx, applicationId);
  for (const { key } of all.slice(0, Math.max(0, all.length - MAX_VERSIONS))) {
    await deleteVersion(tx, applicationId, key);
  }
}

function record(
  write: Write,
  application: Application,
  action: string,
  titleVerb: string,
  description: readonly string[],
  states: { readonly before?: unknown; readonly after: unknown },
): void {
  write.record({
    kind: 'application',
    name: application.name,
    projectId: undefined,
    accesses: accessesTo(specifier.inAccount('application', application), [action]),
    titleVerb,
    description,
    ...states,
  });
}
