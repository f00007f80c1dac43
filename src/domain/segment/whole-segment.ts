import { readContextKind } from '../context-kind.ts';
import { Fields, oneOf } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import type { ExpiringSegmentTarget, Segment } from './segment.ts';
import { patchSegmentDocument } from './segment-document.ts';

/** Members of a segment that comes as a whole; `salt` and `expiringTargets` beside them. */
const MEMBERS = [
  'name',
  'description',
  'tags',
  'included',
  'excluded',
  'includedContexts',
  'excludedContexts',
  'rules',
] as const;

const MAX_SALT_LENGTH = 256;

/**
 * A segment made what a document says, with the ids and the salt of the document (docs/wire/whole-resources.md). What it
 * leaves out stays as it is.
 * @throws InvalidRequest naming the bad member
 */
export function applyWholeSegment(segment: Segment, given: unknown, { ids }: DecisionContext): Segment {
  const fields = new Fields(given, '');
  for (const [name, value] of [
    ['key', segment.key],
    ['unbounded', segment.isUnbounded],
  ] as const) {
    if (fields.has(name) && fields.raw(name) !== value) fields.fail(name, `${show(value)}, which never changes`);
  }
  const members = MEMBERS.flatMap((name) => {
    const value = fields.raw(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const merge = Object.fromEntries(members);
  return {
    ...patchSegmentDocument(segment, { format: 'merge', merge }, ids, true),
    salt: fields.optional('salt', readSalt) ?? segment.salt,
    expiringTargets: readExpiringTargets(fields, segment, ids),
  };
}

function readSalt(this: Fields, name: string): string {
  const salt = this.string(name);
  return salt !== '' && salt.length <= MAX_SALT_LENGTH ? salt : this.fail(name, `1 to ${MAX_SALT_LENGTH} characters`);
}

/** Dates that have passed are taken too: the target then ends at once. */
function readExpiringTargets(
  fields: Fields,
  segment: Segment,
  ids: DecisionContext['ids'],
): readonly ExpiringSegmentTarget[] {
  if (!fields.has('expiringTargets')) return segment.expiringTargets;
  return fields.objects('expiringTargets').map((target) => {
    const named = {
      contextKind: readContextKind(target, 'contextKind'),
      contextKey: target.string('contextKey'),
      targetType: oneOf(['included', 'excluded'] as const).call(target, 'targetType'),
    };
    const expirationDate = target.integer('expirationDate');
    const present = segment.expiringTargets.find(
      ({ contextKind, contextKey, targetType }) =>
        contextKind === named.contextKind && contextKey === named.contextKey && targetType === named.targetType,
    );
    if (present?.expirationDate === expirationDate) return present;
    const { id, version } = present ?? { id: ids.objectId(), version: 0 };
    return { id, version: version + 1, ...named, expirationDate };
  });
}
