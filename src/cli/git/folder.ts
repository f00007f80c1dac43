import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseDocument, stringify } from 'yaml';
import { FileError } from './file-error.ts';
import { FlagFile, PipelineFile, ProjectFile, SegmentFile } from './file-schemas.ts';

/** A project as files: what a folder holds, whatever the files in it are called. */
export interface ProjectFiles {
  readonly project: ProjectFile;
  readonly flags: readonly FlagFile[];
  readonly segments: readonly SegmentFile[];
  readonly pipelines: readonly PipelineFile[];
}

/** One file: where it is below the folder, and what stands in it. */
export type NamedFile = {
  readonly path: string;
  readonly text: string;
  /** What it is about, whatever it is called. */
  readonly id: string;
} & (
  | { readonly kind: 'project'; readonly file: ProjectFile }
  | { readonly kind: 'flag'; readonly file: FlagFile }
  | { readonly kind: 'segment'; readonly file: SegmentFile }
  | { readonly kind: 'pipeline'; readonly file: PipelineFile }
);

const SCHEMAS = { flag: FlagFile, segment: SegmentFile, pipeline: PipelineFile, project: ProjectFile } as const;
type Kind = keyof typeof SCHEMAS;

const PROJECT_PATH = 'project.yaml';
const HEADER = '# yaml-language-server: $schema=';
const LINE_WIDTH = 120;

/** The files of a project, in the order of their paths; schemas are not among them. */
export function toNamedFiles(files: ProjectFiles): readonly NamedFile[] {
  const { project, flags, segments, pipelines } = files;
  const environments = fileNames([...new Set(segments.map(({ environment }) => environment))]);
  const [flagNames, pipelineNames] = [flags, pipelines].map((list) => fileNames(list.map(({ key }) => key)));
  const segmentNames = new Map(
    [...Map.groupBy(segments, ({ environment }) => environment)].map(([environment, list]) => [
      environment,
      fileNames(list.map(({ key }) => key)),
    ]),
  );
  const at = (kind: Kind, path: string, file: object) => ({ path, text: toText(kind, path, file) });
  return [
    { kind: 'project' as const, file: project, id: 'project', ...at('project', PROJECT_PATH, project) },
    ...flags.map((file) => {
      const path = `flags/${flagNames?.get(file.key)}.yaml`;
      return { kind: 'flag' as const, file, id: `flag ${file.key}`, ...at('flag', path, file) };
    }),
    ...pipelines.map((file) => {
      const path = `pipelines/${pipelineNames?.get(file.key)}.yaml`;
      return { kind: 'pipeline' as const, file, id: `pipeline ${file.key}`, ...at('pipeline', path, file) };
    }),
    ...segments.map((file) => {
      const { environment, key } = file;
      const path = `segments/${environments.get(environment)}/${segmentNames.get(environment)?.get(key)}.yaml`;
      return { kind: 'segment' as const, file, id: `segment ${environment}/${key}`, ...at('segment', path, file) };
    }),
  ].toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function toText(kind: Kind, path: string, file: object): string {
  const schema = posix.relative(posix.dirname(path), `schemas/${kind}.json`);
  const yaml = stringify(file, { lineWidth: LINE_WIDTH, aliasDuplicateObjects: false });
  return `${HEADER}${schema}\n${yaml}`;
}

/** Names that some file systems keep for themselves. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const LONGEST_NAME = 150;

/**
 * Names of files, without their ending: the key where it is one on every file system, and no other key is the same but for
 * small and capital letters; else with a hash of the key behind it.
 */
export function fileNames(keys: readonly string[]): ReadonlyMap<string, string> {
  const alike = Map.groupBy(keys, (key) => key.toLowerCase());
  return new Map(
    keys.map((key) => {
      const isAlone = alike.get(key.toLowerCase())?.length === 1 || key === key.toLowerCase();
      const isPlain = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(key) && !RESERVED.test(key) && key.length <= LONGEST_NAME;
      const hash = createHash('sha256').update(key).digest('hex').slice(0, 8);
      const stem = key.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, LONGEST_NAME);
      return [key, isAlone && isPlain && !key.endsWith('.') ? key : `${stem}~${hash}`];
    }),
  );
}

/**
 * Writes a project into a folder: files that are as they were stay untouched, and those that an earlier export wrote and
 * that nobody needs any more go.
 * @returns the paths of files that were written and of those that went
 */
export async function writeFolder(
  dir: string,
  files: ProjectFiles,
): Promise<{ readonly written: readonly string[]; readonly removed: readonly string[] }> {
  const schemas = Object.entries(SCHEMAS).map(([kind, schema]) => ({
    path: `schemas/${kind}.json`,
    text: `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }, undefined, 2)}\n`,
  }));
  const all = [...toNamedFiles(files), ...schemas];
  const written: string[] = [];
  for (const { path, text } of all) {
    if ((await readFile(join(dir, path), 'utf8').catch(() => undefined)) === text) continue;
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, `${path}.new`), text);
    await rename(join(dir, `${path}.new`), join(dir, path));
    written.push(path);
  }
  const wanted = new Set(all.map(({ path }) => path));
  const removed: string[] = [];
  for (const path of await listFiles(dir)) {
    if (wanted.has(path) || !(await readFile(join(dir, path), 'utf8')).startsWith(HEADER)) continue;
    await rm(join(dir, path));
    removed.push(path);
  }
  return { written, removed };
}

/** The YAML files of a folder that may be ours. */
async function listFiles(dir: string): Promise<readonly string[]> {
  const folders = ['flags', 'pipelines', 'segments'];
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(dir, folder), { recursive: true }).catch(() => []);
      return names.map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
    }),
  );
  return found.flat().filter((path) => /\.ya?ml$/.test(path));
}

/**
 * Reads a folder. What a file is about stands in it; what it is called does not matter.
 * @throws FileError naming the file and what is wrong in it
 */
export async function readFolder(dir: string): Promise<ProjectFiles> {
  const paths = (await listFiles(dir)).toSorted();
  const project = await readOne(dir, PROJECT_PATH, 'project');
  const read = <K extends Kind>(kind: K, folder: string) =>
    Promise.all(paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => readOne(dir, path, kind)));
  const [flags, segments, pipelines] = [
    await read('flag', 'flags'),
    await read('segment', 'segments'),
    await read('pipeline', 'pipelines'),
  ];
  requireOnce(
    'flag',
    flags.map(({ key }) => key),
  );
  requireOnce(
    'pipeline',
    pipelines.map(({ key }) => key),
  );
  requireOnce(
    'segment',
    segments.map(({ environment, key }) => `${environment}/${key}`),
  );
  return { project, flags, segments, pipelines };
}

function requireOnce(kind: string, keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  if (twice !== undefined) throw new FileError(`${kind} ${twice}: expected one file, got two`);
}

async function readOne<K extends Kind>(dir: string, path: string, kind: K): Promise<Static<(typeof SCHEMAS)[K]>> {
  const text = await readFile(join(dir, path), 'utf8').catch((error: unknown) => {
    throw new FileError(`${join(dir, path)}: ${(error as Error).message}`);
  });
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw new FileError(`${path}: ${fault.message}`);
  const value: unknown = document.toJS();
  const complaint = findComplaint(SCHEMAS[kind], value);
  if (complaint !== undefined) throw new FileError(`${path}: ${complaint}`);
  return value as Static<(typeof SCHEMAS)[K]>;
}

function findComplaint(schema: TSchema, value: unknown): string | undefined {
  const check = Compile(schema);
  if (check.Check(value)) return undefined;
  const [first] = check.Errors(value);
  const at = first?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  const params = first?.params as { additionalProperties?: readonly string[]; requiredProperties?: readonly string[] };
  const names = params?.additionalProperties ?? params?.requiredProperties ?? [];
  const whole = at === '' ? 'the file' : at;
  return `${whole} ${first?.message ?? 'is not as expected'}${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
}
