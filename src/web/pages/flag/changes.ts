import { jsonEquals } from '../../../domain/json.ts';
import { type Change, type RuleEffect, ruleChanges, ruleName } from '../../targeting/rule-changes.ts';
import { serveFields, serveWords } from '../../targeting/serve.ts';
import type { Draft, Rule, Target } from './draft.ts';
import { endChanges } from './target-ends.ts';

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
    ...endChanges(before, after),
    ...ruleChanges(before.rules, after.rules, served(names)),
    ...defaultChanges(before, after, names),
    ...trackingChanges(before, after),
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

/** What rules of flags serve. */
function served(names: Names): RuleEffect<Rule> {
  return {
    fields: ({ serve, isDisabled, tracksEvents }) => ({
      ...serveFields(serve, names.isMigration),
      ...(isDisabled && { disabled: true }),
      ...(tracksEvents && { trackEvents: true }),
    }),
    words: ({ serve, isDisabled }) =>
      `serve ${serveWords(serve, names.variation)}${isDisabled ? ' (disabled for now)' : ''}`,
    change: (before, after) => [...serveChanges(before, after, names), ...ruleTrackingChanges(before, after)],
  };
}

function serveChanges(before: Rule, after: Rule, names: Names): readonly Change[] {
  if (jsonEquals(before.serve, after.serve)) return [];
  const fields = serveFields(after.serve, names.isMigration);
  const [old, wanted] = [before, after].map(({ serve }) => serveWords(serve, names.variation));
  return [
    {
      instruction: { kind: 'updateRuleVariationOrRollout', ruleId: after.id, ...fields },
      words: `In the rule "${ruleName(before)}", serve ${wanted} instead of ${old}`,
    },
  ];
}

function ruleTrackingChanges(before: Rule, after: Rule): readonly Change[] {
  const { id, tracksEvents } = after;
  if (before.tracksEvents === tracksEvents) return [];
  return [
    {
      instruction: { kind: 'updateRuleTrackEvents', ruleId: id, trackEvents: tracksEvents },
      words: `${tracksEvents ? 'Send' : 'Send no more'} events for the rule "${ruleName(before)}"`,
    },
  ];
}

function trackingChanges(before: Draft, after: Draft): readonly Change[] {
  const step = (kind: string, about: string, old: boolean, trackEvents: boolean): readonly Change[] =>
    old === trackEvents
      ? []
      : [
          {
            instruction: { kind, trackEvents },
            words: `${trackEvents ? 'Send' : 'Send no more'} events for ${about}`,
          },
        ];
  return [
    ...step('updateTrackEvents', 'each evaluation', before.tracksEvents, after.tracksEvents),
    ...step('updateTrackEventsFallthrough', 'the default rule', before.tracksDefault, after.tracksDefault),
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
