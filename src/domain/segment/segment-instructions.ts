import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { readBucketBy } from '../flag/attribute-name.ts';
import { CLAUSE_CHANGES } from '../flag/clause-list.ts';
import { readContextKind } from '../context-kind.ts';
import { identifyRules } from '../flag/rule-list.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import { requireName, requireTags } from '../naming.ts';
import { EXPIRING_INSTRUCTIONS } from './expiring-segment-targets.ts';
import type { Segment, SegmentRule, TargetType } from './segment.ts';
import type { SegmentInstruction, SegmentTransformation } from './segment-instruction.ts';
import { parseSegmentRule, parseWeight } from './segment-rule.ts';
import { addKeys, removeKeys } from './target-lists.ts';

/** Operations on individual targets that one request may carry. */
const MAX_TARGETS = 1_500;

/** Every instruction about a segment (docs/wire/segments.md, "Instructions"). */
const INSTRUCTIONS: Readonly<Record<string, SegmentInstruction>> = {
  updateName: (parameters) => {
    const name = requireName(parameters.path('value'), parameters.string('value'));
    return (segment) => ({ ...segment, name });
  },
  updateDescription: (parameters) => {
    const description = parameters.string('value');
    return (segment) => ({ ...segment, description });
  },
  addTags: (parameters) => {
    const values = parameters.strings('values');
    return (segment) => ({ ...segment, tags: requireTags(parameters.path('values'), [...segment.tags, ...values]) });
  },
  removeTags: (parameters) => {
    const values = parameters.strings('values');
    return (segment) => ({ ...segment, tags: segment.tags.filter((tag) => !values.includes(tag)) });
  },
  addIncludedTargets: targets('included', addKeys),
  addExcludedTargets: targets('excluded', addKeys),
  removeIncludedTargets: targets('included', removeKeys),
  removeExcludedTargets: targets('excluded', removeKeys),
  addIncludedUsers: targets('included', addKeys),
  addExcludedUsers: targets('excluded', addKeys),
  removeIncludedUsers: targets('included', removeKeys),
  removeExcludedUsers: targets('excluded', removeKeys),
  addRule: (parameters) => {
    const given = parseSegmentRule(parameters);
    const beforeRuleId = parameters.optional('beforeRuleId', parameters.string);
    return (segment, { ids }) => {
      const position =
        beforeRuleId === undefined
          ? segment.rules.length
          : requirePosition(segment, beforeRuleId, parameters, 'beforeRuleId');
      const [rule] = identifyRules<SegmentRule>([], [{ ...given, id: undefined }], ids);
      return rule ? { ...segment, rules: segment.rules.toSpliced(position, 0, rule) } : segment;
    };
  },
  removeRule: (parameters) => {
    const ruleId = parameters.string('ruleId');
    return (segment) => ({ ...segment, rules: segment.rules.filter(({ id }) => id !== ruleId) });
  },
  reorderRules: (parameters) => {
    const ruleIds = parameters.strings('ruleIds');
    return (segment) => {
      const rules = ruleIds.flatMap((ruleId) => segment.rules.find(({ id }) => id === ruleId) ?? []);
      const isWhole = ruleIds.length === segment.rules.length && new Set(rules).size === segment.rules.length;
      return isWhole
        ? { ...segment, rules }
        : parameters.fail('ruleIds', `the ids of all ${segment.rules.length} rules, each once`);
    };
  },
  updateRuleDescription: (parameters) => {
    const description = parameters.string('description') || undefined;
    return changingRule(parameters, (rule) => ({ ...rule, description }));
  },
  updateRuleRolloutAndContextKind: (parameters) => {
    const weight = parseWeight(parameters);
    const bucketBy = readBucketBy(parameters, 'bucketBy');
    const kindName = parameters.has('contextKind') ? 'contextKind' : 'rolloutContextKind';
    const rolloutContextKind = readContextKind(parameters, kindName);
    return changingRule(parameters, ({ weight: _weight, rolloutContextKind: _kind, bucketBy: _by, ...rule }) =>
      weight === undefined ? rule : { ...rule, weight, rolloutContextKind, bucketBy },
    );
  },
  ...Object.fromEntries(
    Object.entries(CLAUSE_CHANGES).map(([kind, parse]): [string, SegmentInstruction] => [
      kind,
      (parameters) => {
        const change = parse(parameters);
        return changingRule(parameters, (rule, { ids }) => ({ ...rule, clauses: change(rule.clauses, ids) }));
      },
    ]),
  ),
  ...EXPIRING_INSTRUCTIONS,
};

/** Adds keys to a list or takes them out; instructions about users name no kind of context. */
function targets(list: TargetType, change: typeof addKeys): SegmentInstruction {
  return (parameters) => {
    const contextKind = readContextKind(parameters, 'contextKind');
    const values = parameters.strings('values');
    return (segment) => {
      if (segment.isUnbounded) {
        throw new InvalidRequest(
          `${parameters.path('values')}: segment '${segment.key}' is a big segment, whose targets have instructions of their own`,
        );
      }
      return { ...segment, [list]: change(segment[list], contextKind, values) };
    };
  };
}

function changingRule(
  parameters: Fields,
  change: (rule: SegmentRule, context: DecisionContext) => SegmentRule,
): SegmentTransformation {
  const ruleId = parameters.string('ruleId');
  return (segment, context) => {
    const position = requirePosition(segment, ruleId, parameters, 'ruleId');
    return {
      ...segment,
      rules: segment.rules.with(position, change(segment.rules[position] as SegmentRule, context)),
    };
  };
}

function requirePosition({ rules }: Segment, ruleId: string, parameters: Fields, name: string): number {
  const position = rules.findIndex(({ id }) => id === ruleId);
  if (position >= 0) return position;
  throw new InvalidRequest(
    `${parameters.path(name)}: ${show(ruleId)} is not a rule of this segment; expected the id of one`,
  );
}

/** An instruction that has been read. */
export interface ReadInstruction {
  readonly kind: string;
  readonly apply: SegmentTransformation;
}

/**
 * Reads instructions, before any is applied.
 * @param extra kinds that whoever calls carries out: what they do is not in the segment itself
 * @throws InvalidRequest naming the index, the kind and the parameter
 */
export function readSegmentInstructions(
  instructions: readonly unknown[],
  extra: Readonly<Record<string, SegmentInstruction>> = {},
): readonly ReadInstruction[] {
  if (instructions.length === 0) throw new InvalidRequest('instructions: expected at least one instruction, got none');
  const known = { ...INSTRUCTIONS, ...extra };
  const read = instructions.map((instruction, index) => {
    const kind = new Fields(instruction, `instructions[${index}].`).string('kind');
    const parse = Object.hasOwn(known, kind) ? known[kind] : undefined;
    if (!parse) {
      throw new InvalidRequest(
        `instructions[${index}].kind: ${show(kind)} is not a known kind of instruction; expected one of ${Object.keys(known).toSorted().join(', ')}`,
      );
    }
    return { kind, apply: parse(new Fields(instruction, `instructions[${index}] (${kind}): `)) };
  });
  refuseTooManyTargets(instructions);
  return read;
}

function refuseTooManyTargets(instructions: readonly unknown[]): void {
  const count = instructions
    .map((instruction) => new Fields(instruction, ''))
    .filter((fields) => /(Targets|Users)$/.test(fields.string('kind')))
    .reduce((sum, fields) => sum + (fields.optional('values', fields.list) ?? []).length, 0);
  if (count > MAX_TARGETS) {
    throw new InvalidRequest(`instructions: expected at most ${MAX_TARGETS} targets in one request, got ${count}`);
  }
}

/** Applies instructions in order, each to what those before it made. @throws InvalidRequest */
export function applySegmentInstructions(
  segment: Segment,
  instructions: readonly ReadInstruction[],
  context: DecisionContext,
): Segment {
  let result = segment;
  for (const { apply } of instructions) result = apply(result, context);
  return result;
}
