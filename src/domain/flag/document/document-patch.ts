import type { DocumentPatch } from '../../document-patch.ts';
import { InvalidRequest } from '../../errors.ts';
import { applyJsonPatch } from '../../json-patch.ts';
import { show } from '../../json.ts';
import { applyMergePatch } from '../../merge-patch.ts';
import type { Step } from '../apply-instructions.ts';
import { byIndex, SETTING_MEMBERS, toFlagDocument } from './flag-document.ts';
import { documentSteps } from './document-steps.ts';
import type { Flag } from '../flag.ts';
import type { ChangeContext } from '../instruction.ts';
import { byMark } from './marked-reference.ts';

/** What a patch of the document comes to. */
export interface DocumentChange {
  readonly steps: readonly Step[];
  /** The pipeline to move the flag to; null takes it out of its own; undefined leaves it. The member is write-only. */
  readonly releasePipelineKey: string | null | undefined;
}

/** Members that a patch may write, present or not; others have no effect. `version` is another name of `_version`. */
const KNOWN_MEMBERS = [
  ...SETTING_MEMBERS,
  'includeInSnippet',
  'environments',
  'key',
  'kind',
  '_version',
  'version',
  'migrationSettings',
];

/**
 * Turns a patch of the document into the steps that a semantic patch of the same intent would have. The patch is
 * applied twice: to the document as clients read it, so that tests and errors are about that, and to one in which
 * references are marked, to see which of them it wrote.
 * @throws InvalidPatch, PreconditionFailed (see `applyJsonPatch`), InvalidRequest naming the field
 */
export function documentChange(flag: Flag, patch: DocumentPatch, context: ChangeContext): DocumentChange {
  const others = context.surroundings.flags;
  const plain = { ...toFlagDocument(flag, others, byIndex), version: flag.version };
  const marked = toFlagDocument(flag, others, byMark);
  if (patch.format === 'merge') {
    const merge = requireObject(patch.merge);
    const { releasePipelineKey } = merge;
    const patched = applyMergePatch(marked, withWholeServes(merge));
    return {
      steps: documentSteps(flag, marked, patched, context),
      releasePipelineKey: releasePipelineKey === undefined ? undefined : requirePipelineKey(releasePipelineKey),
    };
  }
  const { operations, releasePipelineKey } = takePipeline(patch.operations);
  const renamed = renameRemovals(operations, flag.variations.length);
  applyJsonPatch(plain, renamed, KNOWN_MEMBERS);
  const patched = applyJsonPatch(marked, withoutTests(renamed), KNOWN_MEMBERS);
  return { steps: documentSteps(flag, marked, patched, context), releasePipelineKey };
}

function requireObject(merge: unknown): Readonly<Record<string, unknown>> {
  if (typeof merge === 'object' && merge !== null && !Array.isArray(merge)) return merge as Record<string, unknown>;
  throw new InvalidRequest(`merge: expected an object, got ${show(merge)}`);
}

type Operation = { readonly op?: unknown; readonly path?: unknown; readonly value?: unknown };

const asOperation = (candidate: unknown): Operation => candidate ?? {};

/** Takes operations on `/releasePipelineKey` out of the patch: the document has no such member to act on. */
function takePipeline(operations: unknown): { operations: unknown } & Pick<DocumentChange, 'releasePipelineKey'> {
  if (!Array.isArray(operations)) return { operations, releasePipelineKey: undefined };
  const isOnPipeline = (candidate: unknown) => asOperation(candidate).path === '/releasePipelineKey';
  const last = operations.findLast(isOnPipeline);
  return {
    operations: operations.filter((candidate) => !isOnPipeline(candidate)),
    releasePipelineKey: last === undefined ? undefined : pipelineOf(asOperation(last)),
  };
}

function pipelineOf({ op, value }: Operation): string | null {
  if (op === 'remove') return null;
  if (op === 'add' || op === 'replace') return requirePipelineKey(value);
  throw new InvalidRequest(`/releasePipelineKey: expected the operation add, replace or remove, got ${show(op)}`);
}

function requirePipelineKey(value: unknown): string | null {
  if (value === null || (typeof value === 'string' && value !== '')) return value;
  throw new InvalidRequest(`releasePipelineKey: expected the key of a release pipeline or null, got ${show(value)}`);
}

/**
 * Clients that shrink the list of variations remove ascending positions, which runs past the end: a removal of a
 * position that was there at first and is no more means the element that stood there.
 */
function renameRemovals(operations: unknown, originalLength: number): unknown {
  if (!Array.isArray(operations)) return operations;
  const original = Array.from({ length: originalLength }, (_, index) => index);
  let present = [...original];
  return operations.map((candidate: unknown) => {
    const { op, path } = asOperation(candidate);
    const named = typeof path === 'string' ? /^\/variations\/(\d+|-)$/.exec(path)?.[1] : undefined;
    if (path === '/variations') present = [];
    if (named === undefined || (op !== 'remove' && op !== 'add')) return candidate;
    if (op === 'add') {
      present.splice(named === '-' ? present.length : Number(named), 0, -1);
      return candidate;
    }
    const index = Number(named) < present.length ? Number(named) : present.indexOf(Number(named));
    present.splice(index, index < 0 ? 0 : 1);
    return index < 0 ? candidate : { ...(candidate as object), path: `/variations/${index}` };
  });
}

function withoutTests(operations: unknown): unknown {
  return Array.isArray(operations)
    ? operations.filter((candidate) => asOperation(candidate).op !== 'test')
    : operations;
}

/** What a default rule serves is one thing: giving a variation drops the rollout, and the other way round. */
function withWholeServes(merge: Readonly<Record<string, unknown>>): unknown {
  const environments = asRecord(merge['environments']);
  if (!environments) return merge;
  return {
    ...merge,
    environments: Object.fromEntries(
      Object.entries(environments).map(([key, config]) => {
        const fallthrough = asRecord(asRecord(config)?.['fallthrough']);
        if (!fallthrough) return [key, config];
        const dropped = {
          ...('rollout' in fallthrough && { variation: null }),
          ...('variation' in fallthrough && { rollout: null }),
        };
        return [key, { ...asRecord(config), fallthrough: { ...dropped, ...fallthrough } }];
      }),
    ),
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
