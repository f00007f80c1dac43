import type { DocumentPatch } from '../domain/document-patch.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { Fields } from '../domain/fields.ts';
import type { SemanticPatch } from '../domain/flag/apply-instructions.ts';
import type { FlagPatch } from '../domain/flag/concerns-others.ts';
import { show } from '../domain/json.ts';

const SEMANTIC_MEDIA_TYPE = 'application/json; domain-model=launchdarkly.semanticpatch';

/** A patch as it came, and the comment that came with it. */
export interface PatchBody<Patch> {
  readonly patch: Patch;
  readonly comment: string | undefined;
}

/**
 * Reads the body of a PATCH that may be in any format (docs/wire/rest.md, "Formats of patches"): the media type decides,
 * else the shape. A semantic patch must be announced, because without it the same body means another format.
 * @throws InvalidRequest naming what is wrong
 */
export function parsePatch(contentType: string | undefined, body: unknown): PatchBody<FlagPatch> {
  if (!isSemantic(contentType)) return parseDocumentPatch(contentType, body);
  const { patch, comment } = parseSemanticPatch(body);
  return { patch: { format: 'semantic', ...patch }, comment };
}

/** Reads the body of a PATCH that is a JSON patch or a merge patch. @throws InvalidRequest naming what is wrong */
export function parseDocumentPatch(contentType: string | undefined, body: unknown): PatchBody<DocumentPatch> {
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'application/json-patch+json' || Array.isArray(body)) {
    return { patch: { format: 'json', operations: parseJsonPatch(body) }, comment: commentOf(body) };
  }
  const fields = new Fields(body, '');
  if (mediaType === 'application/merge-patch+json') return mergePatch(body);
  if (Array.isArray(fields.raw('patch'))) {
    return { patch: { format: 'json', operations: fields.raw('patch') }, comment: commentOf(body) };
  }
  if (isObject(fields.raw('merge'))) return mergePatch(fields.raw('merge'), commentOf(body));
  if (fields.has('instructions')) {
    throw new InvalidRequest(
      `Content-Type: expected ${show(SEMANTIC_MEDIA_TYPE)} with a body of instructions, got ${show(contentType)}`,
    );
  }
  const { comment: _comment, ...merge } = body as Record<string, unknown>;
  return mergePatch(merge, commentOf(body));
}

/** Reads a body of instructions. @throws InvalidRequest when it is another format, or has none */
export function parseSemanticPatch(body: unknown): PatchBody<SemanticPatch> {
  const fields = new Fields(body, '');
  return {
    patch: {
      instructions: fields.list('instructions'),
      environmentKey: fields.optional('environmentKey', fields.string),
    },
    comment: commentOf(body),
  };
}

function mergePatch(merge: unknown, comment?: string): PatchBody<DocumentPatch> {
  return { patch: { format: 'merge', merge }, comment };
}

function commentOf(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const fields = new Fields(body, '');
  return fields.optional('comment', fields.string);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the media type has the semantic parameter; order, case, spaces and quotes are free. */
function isSemantic(contentType: string | undefined): boolean {
  const [, ...parameters] = (contentType ?? '').toLowerCase().split(';');
  return parameters.some(
    (parameter) => parameter.replaceAll(/["\s]/g, '') === 'domain-model=launchdarkly.semanticpatch',
  );
}

/** The operations of a JSON patch: a bare array, or an object with `patch`. Anything else is left to be refused. */
export function parseJsonPatch(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'patch' in body ? body.patch : body;
}
