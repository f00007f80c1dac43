import { applyDocumentPatch, type DocumentPatch } from '../document-patch.ts';
import { Fields } from '../fields.ts';
import { readContextKind } from '../context-kind.ts';
import { identifyRules } from '../flag/rule-list.ts';
import type { NewIds } from '../ids.ts';
import { jsonEquals, show } from '../json.ts';
import { requireName, requireTags } from '../naming.ts';
import { keysOf, type Segment, type SegmentRule, type SegmentTarget } from './segment.ts';
import { parseSegmentRule } from './segment-rule.ts';
import { joinTargets } from './target-lists.ts';

/** A segment as the wire writes it, without links: what JSON patches and merge patches act on. */
export function toSegmentDocument(segment: Segment) {
  const { unboundedContextKind } = segment;
  return {
    key: segment.key,
    name: segment.name,
    ...(segment.description !== '' && { description: segment.description }),
    tags: [...segment.tags],
    creationDate: segment.createdAt,
    lastModifiedDate: segment.lastModified,
    version: segment.version,
    deleted: false,
    generation: segment.generation,
    unbounded: segment.isUnbounded,
    ...(unboundedContextKind !== undefined && { unboundedContextKind }),
    included: [...keysOf(segment.included, 'user')],
    excluded: [...keysOf(segment.excluded, 'user')],
    includedContexts: otherKinds(segment.included),
    excludedContexts: otherKinds(segment.excluded),
    rules: segment.rules.map(toRuleDocument),
  };
}

const otherKinds = (targets: readonly SegmentTarget[]) =>
  targets
    .filter(({ contextKind }) => contextKind !== 'user')
    .map(({ contextKind, values }) => ({ contextKind, values: [...values] }));

function toRuleDocument({ id, clauses, weight, rolloutContextKind, bucketBy, description }: SegmentRule) {
  return {
    _id: id,
    clauses: clauses.map(({ id: clauseId, contextKind, attribute, op, values, negate }) => ({
      _id: clauseId,
      contextKind,
      attribute,
      op,
      values: [...values],
      negate,
    })),
    ...(weight !== undefined && { weight }),
    ...(rolloutContextKind !== undefined && { rolloutContextKind }),
    ...(bucketBy !== undefined && { bucketBy }),
    ...(description !== undefined && { description }),
  };
}

/** Members that a patch may write, or name for its tests. */
const KNOWN_MEMBERS = [
  'name',
  'description',
  'tags',
  'included',
  'excluded',
  'includedContexts',
  'excludedContexts',
  'rules',
  'key',
];

/**
 * Applies a patch of the document to a segment. `/tags` may be removed although it is always there.
 * @param keepsIds whether new rules have the ids that are given
 * @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad member
 */
export function patchSegmentDocument(
  segment: Segment,
  patch: DocumentPatch,
  ids: Pick<NewIds, 'uuid'>,
  keepsIds = false,
): Segment {
  const document = toSegmentDocument(segment);
  const patched = applyDocumentPatch(document, patch, KNOWN_MEMBERS);
  const fields = new Fields(patched, '');
  if (fields.raw('key') !== segment.key) fields.fail('key', `${show(segment.key)}, since keys never change`);
  const rules = fields.optional('rules', fields.objects) ?? [];
  const isSame = jsonEquals(document.rules, fields.raw('rules'));
  return {
    ...segment,
    name: requireName('name', fields.string('name')),
    description: fields.optional('description', fields.string) ?? '',
    tags: requireTags('tags', fields.optional('tags', fields.strings) ?? []),
    included: readTargets(fields, 'included', segment.included),
    excluded: readTargets(fields, 'excluded', segment.excluded),
    rules: isSame ? segment.rules : identifyRules(segment.rules, rules.map(parseSegmentRule), ids, keepsIds),
  };
}

/** Reads both lists of a kind of target: user keys, and keys of other kinds; the same as before when they are. */
function readTargets(
  fields: Fields,
  name: 'included' | 'excluded',
  before: readonly SegmentTarget[],
): readonly SegmentTarget[] {
  const users = { contextKind: 'user', values: fields.optional(name, fields.strings) ?? [] };
  const others = (fields.optional(`${name}Contexts`, fields.objects) ?? []).map((target) => ({
    contextKind: readContextKind(target, 'contextKind'),
    values: target.strings('values'),
  }));
  const targets = joinTargets([users, ...others]);
  const inOrder = before.flatMap(({ contextKind }) => targets.filter((target) => target.contextKind === contextKind));
  const arranged = [...inOrder, ...targets.filter((target) => !inOrder.includes(target))];
  return jsonEquals(arranged, before) ? before : arranged;
}
