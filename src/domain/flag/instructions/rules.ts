import { InvalidRequest } from '../../errors.ts';
import { show } from '../../json.ts';
import { parseClause } from '../clause.ts';
import type { FlagConfig, Rule } from '../flag.ts';
import { environmentInstruction } from '../instruction.ts';
import { parseServe } from '../serve.ts';

/** Rules, in the order in which they are tried. */
export const ruleInstructions = [
  environmentInstruction('addRule', (parameters) => {
    const clauses = parameters.objects('clauses').map(parseClause);
    const serve = parseServe(parameters);
    const beforeRuleId = parameters.optional('beforeRuleId', parameters.string);
    const description = parameters.optional('description', parameters.string) || undefined;
    const ref = parameters.optional('ref', parameters.string);
    const trackEvents = parameters.optional('trackEvents', parameters.boolean) ?? false;
    return (config, flag, { ids }) => {
      const rule: Rule = {
        id: ids.uuid(),
        clauses: clauses.map((clause) => ({ id: ids.uuid(), ...clause })),
        serve: serve(flag),
        trackEvents,
        description,
        ref,
      };
      const position = beforeRuleId === undefined ? config.rules.length : rulePosition(config, beforeRuleId);
      if (position < 0) {
        throw new InvalidRequest(
          `${parameters.path('beforeRuleId')}: ${show(beforeRuleId)} is not a rule of this environment; expected the id of one`,
        );
      }
      return { ...config, rules: config.rules.toSpliced(position, 0, rule) };
    };
  }),
  environmentInstruction('removeRule', (parameters) => {
    const ruleId = parameters.string('ruleId');
    return (config) => {
      const position = rulePosition(config, ruleId);
      return position < 0 ? config : { ...config, rules: config.rules.toSpliced(position, 1) };
    };
  }),
];

/** Where a rule stands, found by its id or by the name its client gave it; -1 when it is not there. */
function rulePosition(config: FlagConfig, ruleId: string): number {
  return config.rules.findIndex((rule) => rule.id === ruleId || rule.ref === ruleId);
}
