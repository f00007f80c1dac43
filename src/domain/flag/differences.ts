import { jsonEquals, show } from '../json.ts';
import { type Flag, type FlagConfig, type Rule, type Serve, type Target, variationLabel } from './flag.ts';

/** One thing that is different between two states of a flag. */
export interface FlagDifference {
  /** The action that somebody needs to be allowed to make it. */
  readonly action: string;
  /** Where it is; absent when it is in the flag itself, that is in all environments. */
  readonly environmentKey?: string;
  /** A sentence for the audit log: "Turned the flag on". */
  readonly words: string;
  /** Completes "Kim … New cart" when this is the only difference: "turned on the flag". */
  readonly titleVerb: string;
}

/**
 * What differs between two states of a flag, as actions and in words (docs/wire/flags.md, "Actions needed"). It looks
 * at the states, not at what was asked for: however a change is written, it needs the same rights and reads the same,
 * and asking for the present state needs nothing and says nothing.
 */
export function flagDifferences(before: Flag, after: Flag): readonly FlagDifference[] {
  const global = GLOBAL.flatMap((compare) => compare(before, after));
  const local = Object.keys(after.environments).flatMap((environmentKey) => {
    const [old, next] = [before.environments[environmentKey], after.environments[environmentKey]];
    if (!old || !next || old === next) return [];
    return LOCAL.flatMap((compare) => compare(old, next, before, after)).map((difference) => ({
      ...difference,
      environmentKey,
    }));
  });
  return [...global, ...local];
}

type Difference = Omit<FlagDifference, 'environmentKey'>;

const GLOBAL: readonly ((before: Flag, after: Flag) => readonly Difference[])[] = [
  (before, after) =>
    before.name === after.name
      ? []
      : [
          difference(
            'updateName',
            `Changed the name from ${show(before.name)} to ${show(after.name)}`,
            'renamed the flag',
          ),
        ],
  (before, after) =>
    before.description === after.description
      ? []
      : [
          difference(
            'updateDescription',
            `Changed the description to ${show(after.description)}`,
            'changed the description of the flag',
          ),
        ],
  (before, after) => listDifferences('updateTags', 'tag', before.tags, after.tags),
  (before, after) => {
    if (before.archivedAt === after.archivedAt) return [];
    return after.archivedAt === undefined
      ? [difference('updateGlobalArchived', 'Restored the flag', 'restored the flag')]
      : [difference('updateGlobalArchived', 'Archived the flag', 'archived the flag')];
  },
];

type Comparison = (before: FlagConfig, after: FlagConfig, oldFlag: Flag, newFlag: Flag) => readonly Difference[];

const LOCAL: readonly Comparison[] = [
  (before, after) => {
    if (before.on === after.on) return [];
    const way = after.on ? 'on' : 'off';
    return [difference('updateOn', `Turned the flag ${way}`, `turned ${way} the flag`)];
  },
  (before, after, oldFlag, newFlag) => {
    const moved = [
      ...targetDifferences(after.targets, before.targets, newFlag, 'Added'),
      ...targetDifferences(before.targets, after.targets, oldFlag, 'Removed'),
    ];
    if (moved.length > 0 || jsonEquals(before.targets, after.targets)) return moved;
    return [difference('updateTargets', 'Changed the order of the targets', 'changed the targets of the flag')];
  },
  ruleDifferences,
  (before, after, _oldFlag, newFlag) =>
    jsonEquals(before.fallthrough, after.fallthrough)
      ? []
      : [
          difference(
            'updateFallthrough',
            `Changed the default rule to serve ${serveWords(newFlag, after.fallthrough)}`,
            'changed the default rule of the flag',
          ),
        ],
  (before, after, _oldFlag, newFlag) => {
    if (before.offVariationId === after.offVariationId) return [];
    const words = after.offVariationId
      ? `Changed the off variation to ${variationLabel(newFlag, after.offVariationId)}`
      : 'Removed the off variation';
    return [difference('updateOffVariation', words, 'changed the off variation of the flag')];
  },
];

function difference(action: string, words: string, titleVerb: string): Difference {
  return { action, words, titleVerb };
}

function listDifferences(
  action: string,
  noun: string,
  before: readonly string[],
  after: readonly string[],
): readonly Difference[] {
  const verb = `changed the ${noun}s of the flag`;
  return [
    ...after
      .filter((item) => !before.includes(item))
      .map((item) => difference(action, `Added the ${noun} ${item}`, verb)),
    ...before
      .filter((item) => !after.includes(item))
      .map((item) => difference(action, `Removed the ${noun} ${item}`, verb)),
  ];
}

/** Keys that stand in `these` targets and not in `those`. */
function targetDifferences(
  these: readonly Target[],
  those: readonly Target[],
  flag: Flag,
  verb: 'Added' | 'Removed',
): readonly Difference[] {
  return these.flatMap(({ contextKind, variationId, values }) => {
    const twin = those.find((target) => target.contextKind === contextKind && target.variationId === variationId);
    const others = new Set(twin?.values);
    const keys = values.filter((value) => !others.has(value));
    if (keys.length === 0) return [];
    const shown = keys.length > 10 ? `${keys.slice(0, 10).join(', ')} and ${keys.length - 10} more` : keys.join(', ');
    const words = `${verb} ${contextKind} targets of ${variationLabel(flag, variationId)}: ${shown}`;
    return [difference('updateTargets', words, 'changed the targets of the flag')];
  });
}

function ruleDifferences(before: FlagConfig, after: FlagConfig, oldFlag: Flag, newFlag: Flag): readonly Difference[] {
  const verb = 'changed the rules of the flag';
  const old = new Map(before.rules.map((rule) => [rule.id, rule]));
  const kept = new Set(after.rules.map((rule) => rule.id));
  return [
    ...after.rules
      .filter((rule) => !old.has(rule.id))
      .map((rule) => difference('updateRules', `Added ${ruleWords(newFlag, rule)}`, verb)),
    ...before.rules
      .filter((rule) => !kept.has(rule.id))
      .map((rule) => difference('updateRules', `Removed ${ruleWords(oldFlag, rule)}`, verb)),
  ];
}

function ruleWords(flag: Flag, rule: Rule): string {
  return `${rule.description ? `the rule "${rule.description}"` : 'a rule'} serving ${serveWords(flag, rule.serve)}`;
}

function serveWords(flag: Flag, serve: Serve): string {
  if ('variationId' in serve) return variationLabel(flag, serve.variationId);
  return serve.rollout.variations
    .filter((part) => part.weightThousandths > 0)
    .map((part) => `${variationLabel(flag, part.variationId)} to ${part.weightThousandths / 1000} %`)
    .join(', ');
}
