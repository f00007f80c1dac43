import { InvalidRequest } from '../domain/errors.ts';
import type { SemanticPatch } from '../domain/flag/apply-instructions.ts';
import { Fields } from '../domain/fields.ts';
import { show } from '../domain/json.ts';

const SEMANTIC_MEDIA_TYPE = 'application/json; domain-model=launchdarkly.semanticpatch';

/** A semantic patch as it came: instructions, environment and comment. */
export interface SemanticPatchBody {
  readonly patch: SemanticPatch;
  readonly comment: string | undefined;
}

/**
 * Reads the body of a semantic patch. It must be announced by its media type, because without it the same body means
 * another format.
 * @throws InvalidRequest naming what is missing
 */
export function parseSemanticPatch(contentType: string | undefined, body: unknown): SemanticPatchBody {
  if (!isSemantic(contentType)) {
    throw new InvalidRequest(
      `Content-Type: expected ${show(SEMANTIC_MEDIA_TYPE)} with a body of instructions, the only format available for flags, got ${show(contentType)}`,
    );
  }
  const fields = new Fields(body, '');
  return {
    patch: {
      instructions: fields.list('instructions'),
      environmentKey: fields.optional('environmentKey', fields.string),
    },
    comment: fields.optional('comment', fields.string),
  };
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
