import { applyPatch, type Operation, Pointer } from 'rfc6902';
import { InvalidPatch, PatchFailed, PreconditionFailed } from './errors.ts';
import { show } from './json.ts';

const OPERATIONS: ReadonlySet<unknown> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
/** Operations that may name the place behind the last element of an array, `-`. */
const ADDS: ReadonlySet<string> = new Set(['add', 'move', 'copy']);
const NEEDS_VALUE: ReadonlySet<string> = new Set(['add', 'replace', 'test']);

/** Deepest place that a pointer may name: operations could build a document that nothing can write any more. */
const MAX_DEPTH = 100;

/** Longest document, as JSON, that copying may make. */
const MAX_LENGTH_AFTER_COPY = 1_000_000;

/**
 * Applies a JSON patch (RFC 6902) to a copy of `document`, all operations or none, with the leniency that existing
 * clients depend on (docs/wire/rest.md, "JSON patch"): `replace` of an absent member adds it, `replace` with `null`
 * clears it, and a path whose first member the document's type does not know has no effect.
 *
 * @param knownMembers the top-level members the resource has, present or not
 * @throws InvalidPatch naming the index of the operation, PreconditionFailed when a `test` does not hold
 */
export function applyJsonPatch<T extends object>(document: T, patch: unknown, knownMembers: readonly string[]): T {
  if (!Array.isArray(patch)) {
    throw new InvalidPatch(`expected a JSON patch, an array of operations, got ${show(patch)}`);
  }
  const result = structuredClone(document);
  for (const [index, candidate] of patch.entries()) {
    const operation = requireOperation(candidate, index);
    if (operation.op !== 'test' && !knownMembers.includes(operation.path.split('/')[1] ?? '')) continue;
    applyOperation(result, operation, index);
    if (operation.op === 'copy') refuseGrowth(result, index);
  }
  return result;
}

/**
 * The same for access tokens and Relay Proxy configurations, which tell an unusable patch from other bad requests.
 * @throws PatchFailed, PreconditionFailed
 */
export function applyJsonPatchOrFail<T extends object>(
  document: T,
  patch: unknown,
  knownMembers: readonly string[],
): T {
  try {
    return applyJsonPatch(document, patch, knownMembers);
  } catch (error) {
    throw error instanceof InvalidPatch ? new PatchFailed(error.message) : error;
  }
}

function requireOperation(candidate: unknown, index: number): Operation {
  const at = `patch[${index}]`;
  if (typeof candidate !== 'object' || candidate === null) {
    throw new InvalidPatch(`${at}: expected an operation object, got ${show(candidate)}`);
  }
  const { op, path, from } = candidate as Record<string, unknown>;
  if (typeof op !== 'string' || !OPERATIONS.has(op)) {
    throw new InvalidPatch(`${at}.op: expected one of ${[...OPERATIONS].join(', ')}, got ${show(op)}`);
  }
  for (const [name, pointer] of op === 'move' || op === 'copy' ? Object.entries({ path, from }) : [['path', path]]) {
    if (typeof pointer !== 'string' || !pointer.startsWith('/')) {
      throw new InvalidPatch(`${at}.${String(name)}: expected a JSON pointer such as "/name", got ${show(pointer)}`);
    }
    if (pointer.split('/').length > MAX_DEPTH) {
      throw new InvalidPatch(`${at}.${String(name)}: expected a pointer of at most ${MAX_DEPTH} parts`);
    }
  }
  if (NEEDS_VALUE.has(op) && !('value' in candidate)) {
    throw new InvalidPatch(`${at}.value: expected a value for "${op}", got nothing`);
  }
  return candidate as Operation;
}

/** Copies of copies double with every operation, so that a small patch could fill the memory. */
function refuseGrowth(document: object, index: number): void {
  if (JSON.stringify(document).length <= MAX_LENGTH_AFTER_COPY) return;
  throw new InvalidPatch(`patch[${index}]: expected a patch that copies at most ${MAX_LENGTH_AFTER_COPY} characters`);
}

function applyOperation(document: object, operation: Operation, index: number): void {
  const error = tryOperation(document, operation);
  if (!error) return;
  if (error.name === 'TestError') throw new PreconditionFailed(`patch[${index}]: test of ${operation.path} failed`);
  if (operation.op === 'replace' && !tryOperation(document, { ...operation, op: 'add' })) return;
  throw new InvalidPatch(`patch[${index}]: ${operation.op} of ${operation.path} is not possible: no such path`);
}

/**
 * rfc6902 returns what goes wrong, with two exceptions: a path into a string or number makes it throw, and it takes any
 * name for a place in an array.
 */
function tryOperation(document: object, operation: Operation): Error | null {
  if ('from' in operation && namesNoElement(document, operation.from, false)) return new Error('MissingError');
  if (namesNoElement(document, operation.path, ADDS.has(operation.op))) return new Error('MissingError');
  try {
    return applyPatch(document, [operation])[0] ?? null;
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

/** Whether a pointer ends in an array at something that is no place in it. */
function namesNoElement(document: object, pointer: string, mayBeBehindEnd: boolean): boolean {
  const parent = Pointer.fromJSON(pointer.slice(0, pointer.lastIndexOf('/'))).get(document);
  const place = pointer.slice(pointer.lastIndexOf('/') + 1);
  return Array.isArray(parent) && !/^(0|[1-9]\d*)$/.test(place) && !(mayBeBehindEnd && place === '-');
}
