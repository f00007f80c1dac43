import { jsonEquals } from '../../domain/json.ts';
import { type Clause, clauseWords } from './clause.ts';

/** One step from what is stored to what is wanted: for the service, and for people. */
export interface Change {
  readonly instruction: Readonly<Record<string, unknown>>;
  readonly words: string;
}

/** What rules of flags and of segments have in common. */
export interface AnyRule {
  /** Of the service, or made up while it is not stored. */
  readonly id: string;
  readonly isNew: boolean;
  readonly description: string;
  readonly clauses: readonly Clause[];
}

/** What rules of one sort lead to. */
export interface RuleEffect<Rule extends AnyRule> {
  /** Fields of an instruction that adds a rule. */
  readonly fields: (rule: Rule) => Readonly<Record<string, unknown>>;
  /** Such as `serve Version 2`. */
  readonly words: (rule: Rule) => string;
  /** The step from one effect to the other. */
  readonly change: (before: Rule, after: Rule) => readonly Change[];
}

/** First what goes, then the order of what stays, then what changes, then what comes, each before what it stands before. */
export function ruleChanges<Rule extends AnyRule>(
  before: readonly Rule[],
  after: readonly Rule[],
  effect: RuleEffect<Rule>,
): readonly Change[] {
  const kept = after.filter(({ isNew }) => !isNew);
  const removed = before.filter(({ id }) => !kept.some((rule) => rule.id === id));
  const stayed = before.filter((rule) => !removed.includes(rule));
  const ruleIds = kept.map(({ id }) => id);
  const isReordered = stayed.some(({ id }, index) => id !== ruleIds[index]);
  return [
    ...removed.map((rule) => ({
      instruction: { kind: 'removeRule', ruleId: rule.id },
      words: `Remove the rule "${ruleName(rule)}"`,
    })),
    ...(isReordered ? [{ instruction: { kind: 'reorderRules', ruleIds }, words: reorderWords(kept) }] : []),
    ...kept.flatMap((rule) => {
      const old = before.find(({ id }) => id === rule.id);
      return old ? [...nameChanges(old, rule), ...clauseChanges(old, rule), ...effect.change(old, rule)] : [];
    }),
    ...after.flatMap((rule, index) => (rule.isNew ? [addition(rule, after.slice(index + 1), effect)] : [])),
  ];
}

/** How people would speak of a rule. */
export function ruleName({ description, clauses }: AnyRule): string {
  return description || clauses.map(clauseWords).join(' and ') || 'everybody';
}

function addition<Rule extends AnyRule>(rule: Rule, behind: readonly AnyRule[], effect: RuleEffect<Rule>): Change {
  const beforeRuleId = behind.find(({ isNew }) => !isNew)?.id;
  const instruction = {
    kind: 'addRule',
    clauses: rule.clauses.map(toClauseBody),
    ...effect.fields(rule),
    ...(rule.description !== '' && { description: rule.description }),
    ...(beforeRuleId !== undefined && { beforeRuleId }),
  };
  return { instruction, words: `Add a rule: if ${rule.clauses.map(clauseWords).join(' and ')}, ${effect.words(rule)}` };
}

function nameChanges(before: AnyRule, after: AnyRule): readonly Change[] {
  const { description } = after;
  if (before.description === description) return [];
  const name = ruleName(before);
  return [
    {
      instruction: { kind: 'updateRuleDescription', ruleId: after.id, description },
      words: description === '' ? `Unname the rule "${name}"` : `Call the rule "${name}" "${description}"`,
    },
  ];
}

/** Conditions come before others go: a rule must not be without any in between. */
function clauseChanges(before: AnyRule, after: AnyRule): readonly Change[] {
  const about = { ruleId: after.id };
  const inRule = `In the rule "${ruleName(before)}"`;
  const old = new Map(before.clauses.map((clause) => [clause.id, clause]));
  const added = after.clauses.filter(({ id }) => !old.has(id));
  const changed = after.clauses.filter((clause) => old.has(clause.id) && !jsonEquals(old.get(clause.id), clause));
  const removed = before.clauses.filter(({ id }) => !after.clauses.some((clause) => clause.id === id));
  const step = (list: readonly Clause[], instruction: Change['instruction'], verb: string): readonly Change[] =>
    list.length === 0
      ? []
      : [
          {
            instruction: { ...instruction, ...about },
            words: `${inRule}, ${verb} ${list.map(clauseWords).join(' and ')}`,
          },
        ];
  return [
    ...step(added, { kind: 'addClauses', clauses: added.map(toClauseBody) }, 'also ask that'),
    ...changed.flatMap((clause) =>
      step([clause], { kind: 'updateClause', clauseId: clause.id, clause: toClauseBody(clause) }, 'ask that'),
    ),
    ...step(removed, { kind: 'removeClauses', clauseIds: removed.map(({ id }) => id) }, 'no longer ask that'),
  ];
}

function toClauseBody({ contextKind, attribute, op, values, negate }: Clause) {
  return { contextKind, attribute, op, values, negate };
}

function reorderWords(rules: readonly AnyRule[]): string {
  return `Try the rules in this order: ${rules.map((rule) => `"${ruleName(rule)}"`).join(', ')}`;
}
