import { InvalidRequest } from '../errors.ts';
import { show } from '../json.ts';
import { dropOrphanedDates } from './expiring-segment-targets.ts';
import { type Segment, segmentsIn } from './segment.ts';
import { countKeys, findContradiction } from './target-lists.ts';

const MAX_KEYS = 15_000;
const MAX_RULES = 5_000;
const MAX_VALUES = 50_000;

/** The other segments of the environment, as far as rules lead to them: the keys that each speaks of, by its own. */
export type SegmentGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Checks a changed segment as a whole and brings it to its stored form.
 * @param others the segments that its rules lead to
 * @throws InvalidRequest naming what is wrong
 */
export function settleSegment(segment: Segment, others: SegmentGraph): Segment {
  const contradiction = findContradiction(segment);
  if (contradiction) {
    const { contextKind, key } = contradiction;
    throw new InvalidRequest(`excluded: ${contextKind} ${show(key)} is included already; expected it in one list only`);
  }
  requireAtMost('included and excluded', countKeys(segment), MAX_KEYS, 'keys; a big segment holds more');
  requireAtMost('rules', segment.rules.length, MAX_RULES, 'rules');
  const values = segment.rules.flatMap(({ clauses }) => clauses).reduce((sum, clause) => sum + clause.values.length, 0);
  requireAtMost('rules', values, MAX_VALUES, 'values');
  requireSoundRules(segment, others);
  return dropOrphanedDates(segment);
}

function requireAtMost(field: string, count: number, most: number, what: string): void {
  if (count > most) throw new InvalidRequest(`${field}: expected at most ${most} ${what}, got ${count}`);
}

/** No rule means everybody by accident, names what is not there, or leads back to the segment. */
function requireSoundRules(segment: Segment, others: SegmentGraph): void {
  const empty = segment.rules.findIndex(({ clauses }) => clauses.length === 0);
  if (empty >= 0) throw new InvalidRequest(`rules[${empty}].clauses: expected at least one clause, got none`);
  for (const key of segmentsIn(segment)) {
    if (key !== segment.key && !others.has(key)) {
      throw new InvalidRequest(`rules: ${show(key)} is not a segment of this environment; expected the key of one`);
    }
    const path = findPath(key, segment.key, others);
    if (path)
      throw new InvalidRequest(
        `rules: segments cannot contain themselves, as ${[segment.key, ...path].join(' → ')} would`,
      );
  }
}

/** The way from a segment to another one through their rules, if there is one. */
function findPath(from: string, to: string, graph: SegmentGraph): readonly string[] | undefined {
  const ways: (readonly string[])[] = [[from]];
  const seen = new Set([from]);
  for (let way = ways.shift(); way; way = ways.shift()) {
    const last = way.at(-1) ?? '';
    if (last === to) return way;
    for (const next of graph.get(last) ?? []) {
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}
