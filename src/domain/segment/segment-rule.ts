import type { Fields } from '../fields.ts';
import { readContextKind } from '../context-kind.ts';
import { readBucketBy } from '../flag/attribute-name.ts';
import { type GivenClause, parseClauses } from '../flag/rule-list.ts';
import type { SegmentRule } from './segment.ts';

/** A rule as a client writes it: ids may be missing, wrong, or those of rules that are there. */
export interface GivenSegmentRule extends Omit<SegmentRule, 'id' | 'clauses'> {
  readonly id: string | undefined;
  readonly clauses: readonly GivenClause[];
}

/** Everybody who fulfils the clauses. */
const ALL = 100_000;

/** Reads a rule. @throws InvalidRequest naming the field */
export function parseSegmentRule(fields: Fields): GivenSegmentRule {
  return {
    id: fields.optional('_id', fields.string),
    clauses: parseClauses(fields),
    description: fields.optional('description', fields.string) || undefined,
    ...parseShare(fields),
  };
}

/** Reads how many of those who fulfil the clauses a rule means, and by what they are chosen. @throws InvalidRequest */
export function parseShare(fields: Fields): Pick<SegmentRule, 'weight' | 'rolloutContextKind' | 'bucketBy'> {
  const weight = parseWeight(fields);
  if (weight === undefined) return {};
  const bucketBy = readBucketBy(fields, 'bucketBy');
  return { weight, rolloutContextKind: readContextKind(fields, 'rolloutContextKind'), bucketBy };
}

/** A number, or a number as text, as the official document shows it. */
export function parseWeight(fields: Fields): number | undefined {
  if (!fields.has('weight')) return undefined;
  const raw = fields.raw('weight');
  const weight = typeof raw === 'string' && /^\d{1,6}$/.test(raw) ? Number(raw) : raw;
  const isWeight = typeof weight === 'number' && Number.isInteger(weight) && weight >= 0 && weight <= ALL;
  return isWeight ? weight : fields.fail('weight', `thousandths of a percent from 0 to ${ALL}`);
}
