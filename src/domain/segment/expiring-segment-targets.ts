import { InvalidRequest } from '../errors.ts';
import { type Fields, oneOf } from '../fields.ts';
import { readContextKind } from '../context-kind.ts';
import { show } from '../json.ts';
import { type ExpiringSegmentTarget, keysOf, type Segment, type TargetType } from './segment.ts';
import type { SegmentInstruction, SegmentTransformation } from './segment-instruction.ts';
import { removeKeys } from './target-lists.ts';

type Named = Pick<ExpiringSegmentTarget, 'contextKind' | 'contextKey' | 'targetType'>;

/** Dates on which individual targets end; at most one for each context in each list, where it must stand already. */
export const EXPIRING_INSTRUCTIONS: Readonly<Record<string, SegmentInstruction>> = {
  addExpiringTarget: (parameters) => adding(parameters, readContext(parameters)),
  updateExpiringTarget: (parameters) => updating(parameters, readContext(parameters)),
  removeExpiringTarget: (parameters) => removing(parameters, readContext(parameters)),
  addExpireUserTargetDate: (parameters) => adding(parameters, readUser(parameters)),
  updateExpireUserTargetDate: (parameters) => updating(parameters, readUser(parameters)),
  removeExpireUserTargetDate: (parameters) => removing(parameters, readUser(parameters)),
};

const readType = oneOf(['included', 'excluded'] as const);

function readContext(parameters: Fields): Named {
  return {
    contextKind: readContextKind(parameters, 'contextKind'),
    contextKey: parameters.string('contextKey'),
    targetType: readType.call(parameters, 'targetType'),
  };
}

function readUser(parameters: Fields): Named {
  const contextKey = parameters.string('userKey');
  return { contextKind: 'user', contextKey, targetType: readType.call(parameters, 'targetType') };
}

function adding(parameters: Fields, named: Named): SegmentTransformation {
  const expirationDate = parameters.integer('value');
  return (segment, { now, ids }) => {
    requireFuture(parameters, expirationDate, now);
    if (!isTargeted(segment, named)) fail(parameters, named, `is not ${named.targetType}; target it first`);
    if (find(segment, named)) fail(parameters, named, 'has an expiration date already; update it instead');
    const added = { id: ids.objectId(), version: 1, ...named, expirationDate };
    return { ...segment, expiringTargets: [...segment.expiringTargets, added] };
  };
}

function updating(parameters: Fields, named: Named): SegmentTransformation {
  const expirationDate = parameters.integer('value');
  const version = parameters.optional('version', parameters.integer);
  return (segment, { now }) => {
    const present = require(parameters, segment, named);
    requireFuture(parameters, expirationDate, now);
    if (version !== undefined && version !== present.version) {
      parameters.fail('version', `the present version, ${present.version}`);
    }
    if (present.expirationDate === expirationDate) return segment;
    const updated = { ...present, expirationDate, version: present.version + 1 };
    return {
      ...segment,
      expiringTargets: segment.expiringTargets.map((target) => (target === present ? updated : target)),
    };
  };
}

function removing(parameters: Fields, named: Named): SegmentTransformation {
  return (segment) => {
    const present = require(parameters, segment, named);
    return { ...segment, expiringTargets: segment.expiringTargets.filter((target) => target !== present) };
  };
}

function require(parameters: Fields, segment: Segment, named: Named): ExpiringSegmentTarget {
  return find(segment, named) ?? fail(parameters, named, 'has no expiration date');
}

function requireFuture(parameters: Fields, expirationDate: number, now: number): void {
  if (expirationDate <= now) parameters.fail('value', `Unix milliseconds in the future, after ${now}`);
}

function fail(parameters: Fields, { contextKind, contextKey }: Named, what: string): never {
  const field = parameters.path(parameters.has('userKey') ? 'userKey' : 'contextKey');
  throw new InvalidRequest(`${field}: ${contextKind} ${show(contextKey)} ${what}`);
}

const isSame = (left: Named, right: Named) =>
  left.contextKind === right.contextKind &&
  left.contextKey === right.contextKey &&
  left.targetType === right.targetType;

const find = ({ expiringTargets }: Segment, named: Named) => expiringTargets.find((target) => isSame(target, named));

const isTargeted = (segment: Segment, { contextKind, contextKey, targetType }: Named) =>
  keysOf(segment[targetType], contextKind).includes(contextKey);

/** Forgets the dates of targets that are gone: a date ends with its target. */
export function dropOrphanedDates(segment: Segment): Segment {
  const kept = segment.expiringTargets.filter((target) => isTargeted(segment, target));
  return kept.length === segment.expiringTargets.length ? segment : { ...segment, expiringTargets: kept };
}

/** Ends the targets whose time has come, and their dates with them. */
export function expireDueTargets(segment: Segment, now: number): Segment {
  const due = segment.expiringTargets.filter(({ expirationDate }) => expirationDate <= now);
  const without = (list: TargetType) =>
    due
      .filter(({ targetType }) => targetType === list)
      .reduce((targets, { contextKind, contextKey }) => removeKeys(targets, contextKind, [contextKey]), segment[list]);
  return dropOrphanedDates({ ...segment, included: without('included'), excluded: without('excluded') });
}
