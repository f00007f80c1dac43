import { Fields } from '../fields.ts';
import { readContextKind } from '../context-kind.ts';
import type { DecisionContext } from '../ids.ts';
import { requireKey, requireName, requireTags } from '../naming.ts';
import type { Segment } from './segment.ts';

/** Reads a new segment, which has neither targets nor rules yet. @throws InvalidRequest naming the bad field */
export function createSegment(body: unknown, environmentId: string, { ids, now }: DecisionContext): Segment {
  const fields = new Fields(body, '');
  const isUnbounded = fields.optional('unbounded', fields.boolean) ?? false;
  return {
    id: ids.objectId(),
    environmentId,
    key: requireKey('key', fields.string('key')),
    name: requireName('name', fields.string('name')),
    description: fields.optional('description', fields.string) ?? '',
    tags: requireTags('tags', fields.optional('tags', fields.strings) ?? []),
    included: [],
    excluded: [],
    rules: [],
    expiringTargets: [],
    salt: ids.salt(),
    isUnbounded,
    ...(isUnbounded && { unboundedContextKind: readContextKind(fields, 'unboundedContextKind') }),
    generation: 1,
    version: 1,
    createdAt: now,
    lastModified: now,
  };
}
