import { CLAUSE_CHANGES } from '../clause-list.ts';
import { environmentInstruction, type InstructionFamily } from '../instruction.ts';
import { changingRule } from './rules.ts';

/** The conditions of rules. Their changes are noticed where rules are compared. */
export const clauses: InstructionFamily = {
  instructions: Object.entries(CLAUSE_CHANGES).map(([kind, parse]) =>
    environmentInstruction(kind, (parameters) => {
      const change = parse(parameters);
      return changingRule(parameters, (rule, _, { ids }) => ({ ...rule, clauses: change(rule.clauses, ids) }));
    }),
  ),
};
