import { jsonEquals } from '../../../domain/json.ts';
import type { Draft, Rule } from './draft.ts';

/**
 * A draft of another environment or time, as the next state of this one: rules that are there already keep their ids,
 * all others are new.
 * @param onto what is stored
 */
export function rebase(wanted: Draft, onto: Draft): Draft {
  const free = new Map(onto.rules.map((rule) => [rule.id, rule]));
  const claim = (found: Rule | undefined): Rule | undefined => {
    if (found) free.delete(found.id);
    return found;
  };
  // Those that are exactly there are claimed first, so that none of them is taken for a changed one.
  const equal = wanted.rules.map((rule) => claim([...free.values()].find((one) => isSame(one, rule))));
  const rules = wanted.rules.map((rule, index): Rule => {
    const known = equal[index];
    if (known) return known;
    const changed = claim(free.get(rule.id));
    // Whether a rule is disabled is said when it is added, and never after that.
    return { ...rule, isNew: changed?.isDisabled !== rule.isDisabled };
  });
  return { ...wanted, rules };
}

function isSame(one: Rule, other: Rule): boolean {
  return jsonEquals(contentOf(one), contentOf(other));
}

function contentOf({ clauses, serve, description, isDisabled, tracksEvents }: Rule) {
  return { clauses: clauses.map((clause) => ({ ...clause, id: '' })), serve, description, isDisabled, tracksEvents };
}
