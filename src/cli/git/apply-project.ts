import { type ApiClient, ApiError, apiPath } from '../api-client.ts';
import { inOrderOfNeed } from '../import/account-reader.ts';
import { applyLateSettings, applySettings } from './apply-settings.ts';
import { compareProject, diffOf, type FileDifference, isDifferent, pathOf } from './compare.ts';
import { FileError } from './file-error.ts';
import type { FlagFile, SegmentFile } from './file-schemas.ts';
import { fromFlagFile } from './flag-file.ts';
import type { NamedFile, ProjectFiles } from './folder.ts';
import { fromPipelineFile, fromSegmentFile } from './part-files.ts';
import { type Members, readMembers, readProject } from './read-project.ts';

export interface ApplyOptions {
  /** The project, when it is not the one that the folder names. */
  readonly projectKey?: string | undefined;
  /** Whether flags that the folder does not have are archived, and segments and pipelines deleted. */
  readonly prunes?: boolean | undefined;
  readonly isDryRun?: boolean | undefined;
  /** For the audit log. */
  readonly comment?: string | undefined;
}

/** What became of a file. */
export interface AppliedFile {
  readonly path: string;
  /** `kept` is what only the project has. */
  readonly outcome: 'created' | 'changed' | 'unchanged' | 'removed' | 'kept' | 'failed';
  /** Why it failed. */
  readonly message?: string;
  /** The lines that went and came. */
  readonly diff?: string;
}

/** A change of a project on its way. */
interface Applying {
  readonly client: ApiClient;
  readonly projectKey: string;
  readonly options: ApplyOptions;
  readonly wanted: ProjectFiles;
  readonly present: ProjectFiles | undefined;
  readonly members: Members;
}

/**
 * Makes a project what a folder says (docs/git.md): each flag and each segment in one write, in all environments at once.
 * What is as it should be is not touched; what is refused is told, and does not hold up the rest.
 * @throws CommandError when a file is not valid, or the service cannot be asked
 */
export async function applyProject(
  client: ApiClient,
  files: ProjectFiles,
  options: ApplyOptions = {},
): Promise<readonly AppliedFile[]> {
  const projectKey = options.projectKey ?? files.project.key;
  const wanted = { ...files, project: { ...files.project, key: projectKey } };
  const present = await readProject(client, projectKey);
  const differences = compareProject(present, wanted);
  const scene = { client, projectKey, options, wanted, present, members: await readMembers(client) };
  const results: AppliedFile[] = [];
  const [places, ...others] = inOrder(differences);
  if (places && isDifferent(places)) {
    results.push(await applying(places, () => applySettings(client, wanted.project, present?.project, options)));
    if (results[0]?.outcome === 'failed' && !present) return results;
  } else if (places) results.push({ path: pathOf(places), outcome: 'unchanged' });
  for (const difference of others) results.push(await applyOne(scene, difference));
  if (places && isDifferent(places) && !options.isDryRun) {
    const late = await applying(places, () => applyLateSettings(client, wanted.project));
    if (late.outcome === 'failed') results.push(late);
  }
  return results;
}

/** The project first, then what others need, before those who need it. */
function inOrder(differences: readonly FileDifference[]): readonly FileDifference[] {
  const of = (kind: NamedFile['kind']) =>
    differences
      .filter(({ wanted, present }) => (wanted ?? present)?.kind === kind)
      .map((difference) => ({ key: (difference.wanted ?? difference.present)?.id ?? '', difference }));
  const sorted = (kind: NamedFile['kind'], needs: (file: NamedFile) => readonly string[]) =>
    inOrderOfNeed(of(kind), ({ difference }) => (difference.wanted ? needs(difference.wanted) : []));
  return [
    ...of('project'),
    ...sorted('segment', ({ file }) => segmentsNeeded(file as SegmentFile)),
    ...sorted('flag', ({ file }) => flagsNeeded(file as FlagFile)),
    ...of('pipeline'),
  ].map(({ difference }) => difference);
}

const segmentsNeeded = ({ environment, rules = [] }: SegmentFile): readonly string[] =>
  rules
    .flatMap(({ if: clauses }) => clauses)
    .flatMap(({ op, values }) => (op === 'segmentMatch' ? values : []))
    .map((key) => `segment ${environment}/${String(key)}`);

const flagsNeeded = ({ environments }: FlagFile): readonly string[] =>
  Object.values(environments).flatMap(({ prerequisites = [] }) => prerequisites.map(({ flag }) => `flag ${flag}`));

async function applyOne(scene: Applying, difference: FileDifference): Promise<AppliedFile> {
  const { wanted, present } = difference;
  if (!isDifferent(difference)) return { path: pathOf(difference), outcome: 'unchanged' };
  if (!wanted && present) {
    if (!scene.options.prunes) return { path: present.path, outcome: 'kept' };
    return applying(difference, () => remove(scene, present));
  }
  return applying(difference, async () => {
    if (wanted) await put(scene, wanted, present !== undefined);
  });
}

async function applying(difference: FileDifference, run: () => Promise<void>): Promise<AppliedFile> {
  const { wanted, present } = difference;
  const path = pathOf(difference);
  const diff = diffOf(difference);
  try {
    await run();
    return { path, outcome: !wanted ? 'removed' : present ? 'changed' : 'created', diff };
  } catch (error) {
    const message = error instanceof ApiError && error.status !== 401 ? explain(error) : messageOf(error);
    return { path, outcome: 'failed', message, diff };
  }
}

/** @throws whatever is not about this file */
function messageOf(error: unknown): string {
  if (error instanceof FileError) return error.message;
  throw error;
}

/** Where approvals are asked for, the way on is one that the API does not tell of. */
function explain({ status, message }: ApiError): string {
  const isApproval = status === 405 || /approval is required/i.test(message);
  return isApproval ? `${message}; ask for approval in Slipway, or apply with a token that may bypass it` : message;
}

async function put(scene: Applying, wanted: NamedFile, isThere: boolean): Promise<void> {
  const { client, projectKey, options, members } = scene;
  if (wanted.kind === 'pipeline') {
    const { file } = wanted;
    const path = apiPath('projects', projectKey, 'release-pipelines');
    const body = fromPipelineFile(file, members.idOf);
    if (options.isDryRun) return;
    if (isThere) await client.send(`${path}/${encodeURIComponent(file.key)}`, { method: 'PUT', body });
    else await client.send(path, { method: 'POST', body: { ...body, key: file.key, isLegacy: file.legacy ?? false } });
    return;
  }
  const request = wanted.kind === 'flag' ? flagRequest(scene, wanted.file) : segmentRequest(scene, wanted);
  // What is not there yet may need what is not there yet either.
  if (options.isDryRun && !isThere) return;
  await client.send(request.path, {
    method: 'PUT',
    body: { ...request.body, ...(options.comment !== undefined && { comment: options.comment }) },
    query: { dryRun: options.isDryRun || undefined },
  });
}

function flagRequest({ projectKey, wanted, present, members }: Applying, file: FlagFile) {
  const all = [...wanted.flags, ...(present?.flags ?? [])];
  const body = fromFlagFile(file, {
    variationsOf: (key) => all.find((flag) => flag.key === key)?.variations,
    memberIdOf: members.idOf,
  });
  return { path: apiPath('flags', projectKey, file.key), body };
}

function segmentRequest({ projectKey }: Applying, { file }: NamedFile) {
  const { environment, key } = file as SegmentFile;
  return { path: apiPath('segments', projectKey, environment, key), body: fromSegmentFile(file as SegmentFile) };
}

async function remove({ client, projectKey, options }: Applying, { kind, file }: NamedFile): Promise<void> {
  if (options.isDryRun) return;
  if (kind === 'flag') {
    const body = { archived: true, ...(options.comment !== undefined && { comment: options.comment }) };
    await client.send(apiPath('flags', projectKey, file.key), { method: 'PUT', body });
    return;
  }
  const path =
    kind === 'segment'
      ? apiPath('segments', projectKey, file.environment, file.key)
      : apiPath('projects', projectKey, 'release-pipelines', file.key);
  await client.send(path, { method: 'DELETE' });
}
