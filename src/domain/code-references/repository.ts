import { applyDocumentPatch, type DocumentPatch } from '../document-patch.ts';
import { Fields, oneOf } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { optionalText, requiredName } from './texts.ts';

const TYPES = ['bitbucket', 'custom', 'github', 'gitlab'] as const;
const NAME = /^[a-zA-Z0-9._-]+$/;
const WEB_URL = /^https?:\/\/[^/?#@\s]+([/?#]\S*)?$/i;
const MAX_URL_LENGTH = 2_000;

/** Everything about a repository that can be changed (docs/wire/code-references.md). */
export interface RepositorySettings {
  /** Unique, whatever its case. */
  readonly name: string;
  readonly type: (typeof TYPES)[number];
  /** Where people find the repository. */
  readonly sourceLink?: string | undefined;
  /** Where people find a commit: `${sha}` stands for it. */
  readonly commitUrlTemplate?: string | undefined;
  /** Where people find lines: `${sha}`, `${filePath}` and `${lineNumber}` stand for them. */
  readonly hunkUrlTemplate?: string | undefined;
  /** The branch whose references count. */
  readonly defaultBranch: string;
  /** Whether it is scanned; otherwise its references do not count. */
  readonly enabled: boolean;
}

/** A repository of source code in which flags are looked for. */
export interface Repository extends RepositorySettings {
  readonly id: string;
  readonly version: number;
  readonly createdAt: number;
}

/** The action that a change of each setting needs. */
export const REPOSITORY_ACTIONS: Readonly<Record<keyof RepositorySettings, string>> = {
  name: 'updateCodeRefsRepositoryName',
  type: 'updateCodeRefsRepositoryConfiguration',
  sourceLink: 'updateCodeRefsRepositoryConfiguration',
  commitUrlTemplate: 'updateCodeRefsRepositoryConfiguration',
  hunkUrlTemplate: 'updateCodeRefsRepositoryConfiguration',
  defaultBranch: 'updateCodeRefsRepositoryConfiguration',
  enabled: 'updateCodeRefsRepositoryOn',
};

/** Reads a new repository; it is enabled. @throws InvalidRequest naming the bad field */
export function createRepository(body: unknown, { ids, now }: DecisionContext): Repository {
  const fields = new Fields(body, '');
  return { id: ids.objectId(), version: 1, createdAt: now, ...readSettings(fields), enabled: true };
}

/** @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad field */
export function patchRepository(repository: Repository, patch: DocumentPatch): Repository {
  const { id, version, createdAt, ...settings } = repository;
  const fields = new Fields(applyDocumentPatch(settings, patch, Object.keys(REPOSITORY_ACTIONS)), '');
  const enabled = fields.boolean('enabled');
  return { id, version, createdAt, ...readSettings(fields), enabled };
}

function readSettings(fields: Fields): Omit<RepositorySettings, 'enabled'> {
  const name = requiredName(fields, 'name');
  if (!NAME.test(name)) fields.fail('name', "letters, digits, '.', '_' or '-'");
  return {
    name,
    type: fields.optional('type', oneOf(TYPES)) ?? 'custom',
    sourceLink: readUrl(fields, 'sourceLink'),
    commitUrlTemplate: readUrl(fields, 'commitUrlTemplate'),
    hunkUrlTemplate: readUrl(fields, 'hunkUrlTemplate'),
    defaultBranch: optionalText(fields, 'defaultBranch') === undefined ? 'main' : requiredName(fields, 'defaultBranch'),
  };
}

/** People click on these, so that nothing but the web may stand there. */
function readUrl(fields: Fields, name: string): string | undefined {
  const url = optionalText(fields, name);
  const isFine = url === undefined || (url.length <= MAX_URL_LENGTH && WEB_URL.test(url));
  return isFine
    ? url
    : fields.fail(name, `an http or https URL of at most ${MAX_URL_LENGTH} characters, without credentials`);
}
