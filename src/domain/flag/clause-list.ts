import { InvalidRequest } from '../errors.ts';
import type { Fields } from '../fields.ts';
import type { NewIds } from '../ids.ts';
import { jsonKey, type Json, show } from '../json.ts';
import { parseClause, requireValues } from './clause.ts';
import type { Clause } from './flag.ts';
import { identifyClauses, parseClauses } from './rule-list.ts';

/** What an instruction does to the conditions of a rule. */
type ClauseListChange = (clauses: readonly Clause[], ids: Pick<NewIds, 'uuid'>) => readonly Clause[];

/**
 * The instructions about the conditions of a rule, of flags as of segments, by their kinds. Each reads its parameters
 * and returns what it does.
 */
export const CLAUSE_CHANGES: Readonly<Record<string, (parameters: Fields) => ClauseListChange>> = {
  addClauses: (parameters) => {
    const added = parseClauses(parameters);
    return (clauses, ids) => [...clauses, ...identifyClauses([], added, ids)];
  },
  removeClauses: (parameters) => {
    const clauseIds = parameters.strings('clauseIds');
    return (clauses) => {
      const kept = clauses.filter(({ id }) => !clauseIds.includes(id));
      if (kept.length === 0 && clauses.length > 0) {
        parameters.fail('clauseIds', 'to leave at least one clause, since a rule without any matches everybody');
      }
      return kept;
    };
  },
  updateClause: (parameters) => {
    const updated = parseClause(parameters.object('clause'));
    return changingClause(parameters, ({ id }) => ({ id, ...updated }));
  },
  addValuesToClause: (parameters) => {
    const values = parameters.list('values');
    return changingClause(parameters, (clause) => {
      requireValues(parameters, clause.op);
      return { ...clause, values: [...clause.values, ...newValues(clause.values, values)] };
    });
  },
  removeValuesFromClause: (parameters) => {
    const values = parameters.list('values');
    return changingClause(parameters, (clause) => {
      const removed = new Set(values.map(jsonKey));
      const kept = clause.values.filter((value) => !removed.has(jsonKey(value)));
      if (kept.length === 0 && clause.values.length > 0) {
        parameters.fail('values', 'to leave at least one value, since a clause without any matches nobody');
      }
      return { ...clause, values: kept };
    });
  },
};

function changingClause(parameters: Fields, change: (clause: Clause) => Clause): ClauseListChange {
  const clauseId = parameters.string('clauseId');
  return (clauses) => {
    const position = clauses.findIndex(({ id }) => id === clauseId);
    const clause = clauses[position];
    if (!clause) {
      throw new InvalidRequest(
        `${parameters.path('clauseId')}: ${show(clauseId)} is not a clause of the rule; expected the id of one`,
      );
    }
    return clauses.with(position, change(clause));
  };
}

/** Those of the values that are not there yet, each once; quick where few are added to many. */
function newValues(present: readonly Json[], values: readonly Json[]): Iterable<Json> {
  const added = new Map(values.map((value) => [jsonKey(value), value]));
  for (const value of present) added.delete(jsonKey(value));
  return added.values();
}
