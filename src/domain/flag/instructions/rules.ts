import { InvalidRequest } from '../../errors.ts';
import type { Fields } from '../../fields.ts';
import { jsonEquals, show } from '../../json.ts';
import type { Flag, FlagConfig, Rule } from '../flag.ts';
import {
  type ConfigTransformation,
  type Difference,
  environmentInstruction,
  type InstructionFamily,
} from '../instruction.ts';
import { identifyRules, parseRule } from '../rule-list.ts';
import { runningIn } from '../automated.ts';
import { parseServe, serveWords } from '../serve.ts';
import { serveDifferences } from '../serve-differences.ts';

/** Rules, in the order in which they are tried. */
export const rules: InstructionFamily = {
  instructions: [
    environmentInstruction('addRule', (parameters) => {
      const rule = parseRule(parameters);
      const beforeRuleId = parameters.optional('beforeRuleId', parameters.string);
      return (config, flag, { ids }) => {
        const position =
          beforeRuleId === undefined
            ? config.rules.length
            : requirePosition(config, beforeRuleId, parameters, 'beforeRuleId');
        return { ...config, rules: config.rules.toSpliced(position, 0, ...identifyRules<Rule>([], [rule(flag)], ids)) };
      };
    }),
    environmentInstruction('removeRule', (parameters) => {
      const ruleId = parameters.string('ruleId');
      return (config) => {
        const position = rulePosition(config, ruleId);
        return position < 0 ? config : { ...config, rules: config.rules.toSpliced(position, 1) };
      };
    }),
    environmentInstruction('replaceRules', (parameters) => {
      const given = parameters.objects('rules').map(parseRule);
      const keepsIds = parameters.optional('keepsIds', parameters.boolean);
      return (config, flag, { ids }) => {
        const rules = given.map((rule) => rule(flag));
        return { ...config, rules: identifyRules(config.rules, rules, ids, keepsIds) };
      };
    }),
    environmentInstruction('reorderRules', (parameters) => {
      const ruleIds = parameters.strings('ruleIds');
      return (config) => {
        const rules = ruleIds.map((ruleId) => config.rules[rulePosition(config, ruleId)]);
        const isWhole = rules.length === config.rules.length && config.rules.every((rule) => rules.includes(rule));
        if (!isWhole) parameters.fail('ruleIds', `the ids of all ${config.rules.length} rules, each once`);
        return { ...config, rules: rules.filter((rule) => rule !== undefined) };
      };
    }),
    environmentInstruction('updateRuleVariationOrRollout', (parameters) => {
      const serve = parseServe(parameters);
      return changingRule(parameters, (rule, flag) => ({ ...rule, serve: serve(flag) }));
    }),
    environmentInstruction('updateRuleDescription', (parameters) => {
      const description = parameters.string('description') || undefined;
      return changingRule(parameters, (rule) => ({ ...rule, description }));
    }),
    environmentInstruction(
      'updateRuleTrackEvents',
      (parameters) => {
        const trackEvents = parameters.boolean('trackEvents');
        return changingRule(parameters, (rule) => ({ ...rule, trackEvents }));
      },
      { aliases: ['updateTrackEventsForRule'] },
    ),
  ],
  configComparisons: [ruleDifferences],
};

/** Changes the rule that `ruleId` names. @throws InvalidRequest when it is not there */
export function changingRule(
  parameters: Fields,
  change: (rule: Rule, flag: Flag, context: Parameters<ConfigTransformation>[2]) => Rule,
): ConfigTransformation {
  const ruleId = parameters.string('ruleId');
  return (config, flag, context) => {
    const position = requirePosition(config, ruleId, parameters, 'ruleId');
    const rule = config.rules[position] as Rule;
    return { ...config, rules: config.rules.with(position, change(rule, flag, context)) };
  };
}

/** Where a rule stands, found by its id or by the name its client gave it; -1 when it is not there. */
function rulePosition(config: FlagConfig, ruleId: string): number {
  return config.rules.findIndex((rule) => rule.id === ruleId || rule.ref === ruleId);
}

function requirePosition(config: FlagConfig, ruleId: string, parameters: Fields, name: string): number {
  const position = rulePosition(config, ruleId);
  if (position >= 0) return position;
  throw new InvalidRequest(
    `${parameters.path(name)}: ${show(ruleId)} is not a rule of this environment; expected the id of one`,
  );
}

function ruleDifferences(before: FlagConfig, after: FlagConfig, oldFlag: Flag, newFlag: Flag): readonly Difference[] {
  const old = new Map(before.rules.map((rule) => [rule.id, rule]));
  const kept = new Map(after.rules.map((rule) => [rule.id, rule]));
  return [
    ...after.rules.filter(({ id }) => !old.has(id)).flatMap((rule) => additionDifferences(newFlag, rule)),
    ...before.rules.filter(({ id }) => !kept.has(id)).map((rule) => difference(`Removed ${ruleWords(oldFlag, rule)}`)),
    ...after.rules.flatMap((rule) => contentDifferences(old.get(rule.id), rule, newFlag)),
    ...orderDifferences(
      before.rules.map(({ id }) => id).filter((id) => kept.has(id)),
      after.rules.map(({ id }) => id).filter((id) => old.has(id)),
    ),
  ];
}

function additionDifferences(flag: Flag, rule: Rule): readonly Difference[] {
  if (!runningIn(rule.serve)) return [difference(`Added ${ruleWords(flag, rule)}`)];
  return serveDifferences(undefined, rule.serve, flag, servingRule(newRuleName(rule)));
}

function contentDifferences(before: Rule | undefined, after: Rule, flag: Flag): readonly Difference[] {
  if (before === undefined || before === after) return [];
  const name = ruleName(after);
  const differences: Difference[] = [];
  differences.push(...serveDifferences(before.serve, after.serve, flag, servingRule(name)));
  if (!jsonEquals(before.clauses, after.clauses)) {
    differences.push(difference(`Changed the conditions of ${name}`));
  }
  if (before.isDisabled !== after.isDisabled) {
    differences.push(difference(`${after.isDisabled ? 'Disabled' : 'Enabled'} ${name}`));
  }
  if (before.ref !== after.ref) differences.push(difference(`Changed the reference of ${name}`));
  if (before.description !== after.description) {
    differences.push({
      action: 'updateFlagRuleDescription',
      words: `Changed the description of a rule from ${show(before.description ?? '')} to ${show(after.description ?? '')}`,
      titleVerb: 'described a rule of the flag',
    });
  }
  if (before.trackEvents !== after.trackEvents) {
    differences.push({
      action: 'updateTrackEvents',
      words: `Turned event tracking of ${name} ${after.trackEvents ? 'on' : 'off'}`,
      titleVerb: 'changed the event tracking of the flag',
    });
  }
  return differences;
}

const servingRule = (name: string) => ({
  name,
  action: 'updateRules',
  titleVerb: 'changed the rules of the flag',
  startAction: 'updateRulesWithMeasuredRollout',
  stopAction: 'stopMeasuredRolloutOnFlagRule',
});

function orderDifferences(before: readonly string[], after: readonly string[]): readonly Difference[] {
  return jsonEquals(before, after) ? [] : [difference('Changed the order of the rules')];
}

function difference(words: string): Difference {
  return { action: 'updateRules', words, titleVerb: 'changed the rules of the flag' };
}

function ruleName(rule: Rule): string {
  return rule.description === undefined ? `rule ${rule.id}` : `the rule "${rule.description}"`;
}

const newRuleName = ({ description }: Rule) => (description === undefined ? 'a rule' : `the rule "${description}"`);

function ruleWords(flag: Flag, rule: Rule): string {
  return `${newRuleName(rule)} serving ${serveWords(flag, rule.serve)}`;
}
