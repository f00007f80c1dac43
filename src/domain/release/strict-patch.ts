import { InvalidRequest, PreconditionFailed } from '../errors.ts';
import { applyJsonPatch } from '../json-patch.ts';
import { show } from '../json.ts';

/**
 * Applies a JSON patch as pipelines and releases take it: paths that they do not have are refused, and so is a `test`
 * that does not hold, both with the same status as other bad requests.
 * @param members the first parts that paths may have
 * @throws InvalidRequest, InvalidPatch
 */
export function applyStrictPatch(document: object, patch: unknown, members: readonly string[]): object {
  for (const [index, operation] of (Array.isArray(patch) ? patch : []).entries()) {
    for (const [name, value] of Object.entries((operation ?? {}) as object)) {
      if (name !== 'path' && name !== 'from') continue;
      if (typeof value === 'string' && members.includes(value.split('/')[1] ?? '')) continue;
      const expected = members.map((member) => `/${member}`).join(', ');
      throw new InvalidRequest(`patch[${index}].${name}: expected a path below ${expected}, got ${show(value)}`);
    }
  }
  try {
    return applyJsonPatch(document, patch, members);
  } catch (error) {
    throw error instanceof PreconditionFailed ? new InvalidRequest(error.message) : error;
  }
}
