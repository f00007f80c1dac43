import { clauseWords } from '../../targeting/clause.ts';
import { type Change, ruleName } from '../../targeting/rule-changes.ts';
import { serveWords } from '../../targeting/serve.ts';
import { changesOf, type Names } from './changes.ts';
import type { Draft, Rule } from './draft.ts';
import { rebase } from './rebase.ts';

/** What is set up in an environment, in the parts that can be copied alone (docs/wire/flags.md, "Copy"). */
export interface Part {
  /** As the service calls the copying of it. */
  readonly action: string;
  readonly label: string;
  readonly take: (draft: Draft) => Partial<Draft>;
  /** How it is set up, in lines. */
  readonly words: (draft: Draft, names: Names) => readonly string[];
}

export const PARTS: readonly Part[] = [
  {
    action: 'updateOn',
    label: 'On or off',
    take: ({ isOn }) => ({ isOn }),
    words: ({ isOn }) => [isOn ? 'On' : 'Off'],
  },
  {
    action: 'updatePrerequisites',
    label: 'Prerequisites',
    take: ({ prerequisites }) => ({ prerequisites }),
    words: ({ prerequisites }, names) =>
      prerequisites.map(({ key, variationId }) => `${key} serves ${names.prerequisiteVariation(key, variationId)}`),
  },
  {
    action: 'updateTargets',
    label: 'Individual targets',
    take: ({ targets }) => ({ targets }),
    words: ({ targets }, names) =>
      targets.map(
        ({ contextKind, variationId, values }) =>
          `${names.variation(variationId)} to ${contextKind} ${someOf(values).join(', ')}`,
      ),
  },
  {
    action: 'updateRules',
    label: 'Rules',
    take: ({ rules }) => ({ rules }),
    words: ({ rules }, names) => rules.map((rule) => ruleWords(rule, names)),
  },
  {
    action: 'updateFallthrough',
    label: 'Default rule',
    take: ({ fallthrough, tracksDefault }) => ({ fallthrough, tracksDefault }),
    words: ({ fallthrough, tracksDefault }, names) => [
      `${serveWords(fallthrough, names.variation)}${tracksDefault ? ', with events' : ''}`,
    ],
  },
  {
    action: 'updateOffVariation',
    label: 'When off',
    take: ({ offVariationId }) => ({ offVariationId }),
    words: ({ offVariationId }, names) => [
      offVariationId === undefined ? 'The default that the code passes' : names.variation(offVariationId),
    ],
  },
];

/** The steps that copy parts of one environment to another. @param target what is stored there */
export function copyChanges(source: Draft, target: Draft, parts: readonly Part[], names: Names): readonly Change[] {
  return changesOf(target, copied(source, target, parts), names);
}

/** What an environment becomes by having parts copied to it. */
export function copied(source: Draft, target: Draft, parts: readonly Part[]): Draft {
  const wanted = rebase(source, target);
  return Object.assign({}, target, ...parts.map(({ take }) => take(wanted))) as Draft;
}

/** The parts that are set up differently. */
export function differingParts(source: Draft, target: Draft, names: Names): readonly Part[] {
  return PARTS.filter((part) => copyChanges(source, target, [part], names).length > 0);
}

const SHOWN = 12;

function someOf(values: readonly string[]): readonly string[] {
  if (values.length <= SHOWN) return values;
  return [...values.slice(0, SHOWN), `and ${(values.length - SHOWN).toLocaleString('en')} more`];
}

function ruleWords(rule: Rule, names: Names): string {
  const { clauses, serve, description, isDisabled, tracksEvents } = rule;
  const conditions = clauses.map(clauseWords).join(' and ') || ruleName(rule);
  const notes = [isDisabled && 'disabled', tracksEvents && 'with events'].filter(Boolean);
  return [
    description && `${description}: `,
    `if ${conditions}, ${serveWords(serve, names.variation)}`,
    notes.length > 0 && ` (${notes.join(', ')})`,
  ]
    .filter(Boolean)
    .join('');
}
