import { InvalidRequest } from '../../errors.ts';
import type { Fields } from '../../fields.ts';
import { jsonKey, type Json, show } from '../../json.ts';
import { parseClause, requireValues } from '../clause.ts';
import type { Clause, Rule } from '../flag.ts';
import { type ConfigTransformation, environmentInstruction, type InstructionFamily } from '../instruction.ts';
import { identifyClauses, parseClauses } from '../rule-list.ts';
import { changingRule } from './rules.ts';

/** The conditions of rules. Their changes are noticed where rules are compared. */
export const clauses: InstructionFamily = {
  instructions: [
    environmentInstruction('addClauses', (parameters) => {
      const added = parseClauses(parameters);
      return changingRule(parameters, (rule, _, { ids }) => ({
        ...rule,
        clauses: [...rule.clauses, ...identifyClauses([], added, ids)],
      }));
    }),
    environmentInstruction('removeClauses', (parameters) => {
      const clauseIds = parameters.strings('clauseIds');
      return changingRule(parameters, (rule) => {
        const kept = rule.clauses.filter(({ id }) => !clauseIds.includes(id));
        if (kept.length === 0 && rule.clauses.length > 0) {
          parameters.fail('clauseIds', 'to leave at least one clause, since a rule without any matches everybody');
        }
        return { ...rule, clauses: kept };
      });
    }),
    environmentInstruction('updateClause', (parameters) => {
      const updated = parseClause(parameters.object('clause'));
      return changingClause(parameters, ({ id }) => ({ id, ...updated }));
    }),
    environmentInstruction('addValuesToClause', (parameters) => {
      const values = parameters.list('values');
      return changingClause(parameters, (clause) => {
        requireValues(parameters, clause.op);
        return { ...clause, values: [...clause.values, ...newValues(clause.values, values)] };
      });
    }),
    environmentInstruction('removeValuesFromClause', (parameters) => {
      const values = parameters.list('values');
      return changingClause(parameters, (clause) => {
        const removed = new Set(values.map(jsonKey));
        const kept = clause.values.filter((value) => !removed.has(jsonKey(value)));
        if (kept.length === 0 && clause.values.length > 0) {
          parameters.fail('values', 'to leave at least one value, since a clause without any matches nobody');
        }
        return { ...clause, values: kept };
      });
    }),
  ],
};

function changingClause(parameters: Fields, change: (clause: Clause) => Clause): ConfigTransformation {
  const clauseId = parameters.string('clauseId');
  return changingRule(parameters, (rule: Rule) => {
    const position = rule.clauses.findIndex(({ id }) => id === clauseId);
    const clause = rule.clauses[position];
    if (!clause) {
      throw new InvalidRequest(
        `${parameters.path('clauseId')}: ${show(clauseId)} is not a clause of the rule; expected the id of one`,
      );
    }
    return { ...rule, clauses: rule.clauses.with(position, change(clause)) };
  });
}

/** Those of the values that are not there yet, each once; quick where few are added to many. */
function newValues(present: readonly Json[], values: readonly Json[]): Iterable<Json> {
  const added = new Map(values.map((value) => [jsonKey(value), value]));
  for (const value of present) added.delete(jsonKey(value));
  return added.values();
}
