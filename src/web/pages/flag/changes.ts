import { jsonEquals } from '../../../domain/json.ts';
import { type Clause, clauseWords } from '../../targeting/clause.ts';
import { serveFields, serveWords } from '../../targeting/serve.ts';
import type { Draft, Rule, Target } from './draft.ts';

/** One step from what is stored to what is wanted: for the service, and for people. */
export interface Change {
  readonly instruction: Readonly<Record<string, unknown>>;
  readonly words: string;
}

/** How things are called in sentences. */
export interface Names {
  /** Of this flag, by id. */
  readonly variation: (id: string) => string;
  readonly prerequisiteVariation: (flagKey: string, id: string) => string;
  readonly isMigration: boolean;
}

/** All steps from one draft to the other, in an order in which the service can take them. */
export function changesOf(before: Draft, after: Draft, names: Names): readonly Change[] {
  return [
    ...switchChanges(before, after),
    ...prerequisiteChanges(before, after, names),
    ...targetChanges(before.targets, after.targets, names),
    ...ruleChanges(before.rules, after.rules, names),
    ...defaultChanges(before, after, names),
  ];
}

function switchChanges(before: Draft, after: Draft): readonly Change[] {
  if (before.isOn === after.isOn) return [];
  return after.isOn
    ? [{ instruction: { kind: 'turnFlagOn' }, words: 'Turn the flag on' }]
    : [{ instruction: { kind: 'turnFlagOff' }, words: 'Turn the flag off' }];
}

function prerequisiteChanges(before: Draft, after: Draft, names: Names): readonly Change[] {
  const [old, wanted] = [before, after].map(({ prerequisites }) => new Map(prerequisites.map((one) => [one.key, one])));
  const removed = before.prerequisites.filter(({ key }) => !wanted?.has(key));
  const set = after.prerequisites.filter(({ key, variationId }) => old?.get(key)?.variationId !== variationId);
  return [
    ...removed.map(({ key }) => ({
      instruction: { kind: 'removePrerequisite', key },
      words: `Need ${key} no more`,
    })),
    ...set.map(({ key, variationId }) => ({
      instruction: { kind: old?.has(key) ? 'updatePrerequisite' : 'addPrerequisite', key, variationId },
      words: `Need ${key} to serve ${names.prerequisiteVariation(key, variationId)}`,
    })),
  ];
}

/** Keys leave a variation before they come to another one: none may be at two. */
function targetChanges(before: readonly Target[], after: readonly Target[], names: Names): readonly Change[] {
  const change = (kind: 'addTargets' | 'removeTargets', from: readonly Target[], to: readonly Target[]) =>
    to.flatMap(({ contextKind, variationId, values }): readonly Change[] => {
      const known = from.find((one) => one.contextKind === contextKind && one.variationId === variationId);
      const different = values.filter((value) => !known?.values.includes(value));
      if (different.length === 0) return [];
      const verb = kind === 'addTargets' ? 'Serve' : 'No longer serve';
      const words = `${verb} ${names.variation(variationId)} to ${contextKind} ${different.join(', ')}`;
      return [{ instruction: { kind, contextKind, variationId, values: different }, words }];
    });
  return [...change('removeTargets', after, before), ...change('addTargets', before, after)];
}

/** First what goes, then the order of what stays, then what changes, then what comes, each before what it stands before. */
function ruleChanges(before: readonly Rule[], after: readonly Rule[], names: Names): readonly Change[] {
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
      return old ? changesOfRule(old, rule, names) : [];
    }),
    ...after.flatMap((rule, index) => (rule.isNew ? [addition(rule, after.slice(index + 1), names)] : [])),
  ];
}

function addition(rule: Rule, behind: readonly Rule[], names: Names): Change {
  const beforeRuleId = behind.find(({ isNew }) => !isNew)?.id;
  const instruction = {
    kind: 'addRule',
    clauses: rule.clauses.map(toClauseBody),
    ...serveFields(rule.serve, names.isMigration),
    ...(rule.description !== '' && { description: rule.description }),
    ...(beforeRuleId !== undefined && { beforeRuleId }),
  };
  const conditions = rule.clauses.map(clauseWords).join(' and ');
  return { instruction, words: `Add a rule: if ${conditions}, serve ${serveWords(rule.serve, names.variation)}` };
}

function changesOfRule(before: Rule, after: Rule, names: Names): readonly Change[] {
  const name = ruleName(before);
  const about = { ruleId: after.id };
  return [
    ...(before.description === after.description
      ? []
      : [
          {
            instruction: { kind: 'updateRuleDescription', ...about, description: after.description },
            words:
              after.description === '' ? `Unname the rule "${name}"` : `Call the rule "${name}" "${after.description}"`,
          },
        ]),
    ...clauseChanges(before, after),
    ...(jsonEquals(before.serve, after.serve)
      ? []
      : [
          {
            instruction: {
              kind: 'updateRuleVariationOrRollout',
              ...about,
              ...serveFields(after.serve, names.isMigration),
            },
            words: `In the rule "${name}", serve ${serveWords(after.serve, names.variation)} instead of ${serveWords(before.serve, names.variation)}`,
          },
        ]),
  ];
}

/** Conditions come before others go: a rule must not be without any in between. */
function clauseChanges(before: Rule, after: Rule): readonly Change[] {
  const about = { ruleId: after.id };
  const inRule = `In the rule "${ruleName(before)}"`;
  const old = new Map(before.clauses.map((clause) => [clause.id, clause]));
  const added = after.clauses.filter(({ id }) => !old.has(id));
  const changed = after.clauses.filter((clause) => old.has(clause.id) && !jsonEquals(old.get(clause.id), clause));
  const removed = before.clauses.filter(({ id }) => !after.clauses.some((clause) => clause.id === id));
  return [
    ...(added.length === 0
      ? []
      : [
          {
            instruction: { kind: 'addClauses', ...about, clauses: added.map(toClauseBody) },
            words: `${inRule}, also ask that ${added.map(clauseWords).join(' and ')}`,
          },
        ]),
    ...changed.map((clause) => ({
      instruction: { kind: 'updateClause', ...about, clauseId: clause.id, clause: toClauseBody(clause) },
      words: `${inRule}, ask that ${clauseWords(clause)}`,
    })),
    ...(removed.length === 0
      ? []
      : [
          {
            instruction: { kind: 'removeClauses', ...about, clauseIds: removed.map(({ id }) => id) },
            words: `${inRule}, no longer ask that ${removed.map(clauseWords).join(' and ')}`,
          },
        ]),
  ];
}

function defaultChanges(before: Draft, after: Draft, names: Names): readonly Change[] {
  const { fallthrough, offVariationId } = after;
  const changes: Change[] = [];
  if (!jsonEquals(before.fallthrough, fallthrough)) {
    changes.push({
      instruction: {
        kind: 'updateFallthroughVariationOrRollout',
        ...serveFields(fallthrough, names.isMigration),
      },
      words: `By default, serve ${serveWords(fallthrough, names.variation)} instead of ${serveWords(before.fallthrough, names.variation)}`,
    });
  }
  if (before.offVariationId !== offVariationId) {
    const served = offVariationId === undefined ? 'the default of the code' : names.variation(offVariationId);
    changes.push({
      instruction: { kind: 'updateOffVariation', variationId: offVariationId ?? null },
      words: `When off, serve ${served}`,
    });
  }
  return changes;
}

function toClauseBody({ contextKind, attribute, op, values, negate }: Clause) {
  return { contextKind, attribute, op, values, negate };
}

/** How people would speak of a rule. */
export function ruleName({ description, clauses }: Rule): string {
  return description || clauses.map(clauseWords).join(' and ') || 'everybody';
}

function reorderWords(rules: readonly Rule[]): string {
  return `Try the rules in this order: ${rules.map((rule) => `"${ruleName(rule)}"`).join(', ')}`;
}
