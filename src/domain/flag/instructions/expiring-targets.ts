import { InvalidRequest } from '../../errors.ts';
import type { Fields } from '../../fields.ts';
import { jsonEquals, show } from '../../json.ts';
import { readContextKind } from '../../context-kind.ts';
import { type ExpiringTarget, type Flag, type FlagConfig, variationLabel } from '../flag.ts';
import {
  type ConfigTransformation,
  type Difference,
  environmentInstruction,
  type InstructionFamily,
  requireVariation,
} from '../instruction.ts';

type Named = Pick<ExpiringTarget, 'contextKind' | 'contextKey' | 'variationId'>;

/** Dates on which individual targets end; at most one for each context, which must be targeted already. */
export const expiringTargets: InstructionFamily = {
  instructions: [
    environmentInstruction('addExpiringTarget', (parameters) => adding(parameters, parseContext(parameters))),
    environmentInstruction('updateExpiringTarget', (parameters) => updating(parameters, parseContext(parameters))),
    environmentInstruction('removeExpiringTarget', (parameters) => removing(parameters, parseContext(parameters))),
    environmentInstruction('addExpireUserTargetDate', (parameters) => adding(parameters, parseUser(parameters))),
    environmentInstruction('updateExpireUserTargetDate', (parameters) => updating(parameters, parseUser(parameters))),
    environmentInstruction('removeExpireUserTargetDate', (parameters) => removing(parameters, parseUser(parameters))),
    environmentInstruction('replaceExpiringTargets', replacing, { isInternal: true }),
  ],
  configComparisons: [expiringDifferences],
};

function parseContext(parameters: Fields): Named {
  return {
    contextKind: readContextKind(parameters, 'contextKind'),
    contextKey: parameters.string('contextKey'),
    variationId: parameters.string('variationId'),
  };
}

function parseUser(parameters: Fields): Named {
  return {
    contextKind: 'user',
    contextKey: parameters.string('userKey'),
    variationId: parameters.string('variationId'),
  };
}

function adding(parameters: Fields, named: Named): ConfigTransformation {
  const expirationDate = parameters.integer('value');
  return (config, flag, { now, ids }) => {
    requireVariation(flag, named.variationId, parameters);
    requireFuture(parameters, expirationDate, now);
    if (!targetedContexts(config).has(nameOf(named)))
      fail(parameters, named, 'is not targeted to that variation; target it first');
    if (config.expiringTargets.some((target) => isSameContext(target, named))) {
      fail(parameters, named, 'has an expiration date already; update it instead');
    }
    const added: ExpiringTarget = { id: ids.objectId(), version: 1, ...named, expirationDate };
    return { ...config, expiringTargets: [...config.expiringTargets, added] };
  };
}

function updating(parameters: Fields, named: Named): ConfigTransformation {
  const expirationDate = parameters.integer('value');
  const version = parameters.optional('version', parameters.integer);
  return (config, flag, { now }) => {
    const present = requireExpiring(parameters, config, flag, named);
    requireFuture(parameters, expirationDate, now);
    if (version !== undefined && version !== present.version) {
      parameters.fail('version', `the present version, ${present.version}`);
    }
    if (present.expirationDate === expirationDate) return config;
    const updated = { ...present, expirationDate, version: present.version + 1 };
    return {
      ...config,
      expiringTargets: config.expiringTargets.map((target) => (target === present ? updated : target)),
    };
  };
}

function removing(parameters: Fields, named: Named): ConfigTransformation {
  return (config, flag) => {
    const present = requireExpiring(parameters, config, flag, named);
    return { ...config, expiringTargets: config.expiringTargets.filter((target) => target !== present) };
  };
}

/** All dates of a configuration. One that has passed is taken too: the target then ends at once. */
function replacing(parameters: Fields): ConfigTransformation {
  const given = parameters.objects('expiringTargets').map((fields) => ({
    fields,
    named: parseContext(fields),
    expirationDate: fields.integer('expirationDate'),
  }));
  return (config, flag, { ids }) => ({
    ...config,
    expiringTargets: given.map(({ fields, named, expirationDate }) => {
      requireVariation(flag, named.variationId, fields);
      const present = config.expiringTargets.find((target) => nameOf(target) === nameOf(named));
      if (present?.expirationDate === expirationDate) return present;
      const { id, version } = present ?? { id: ids.objectId(), version: 0 };
      return { id, version: version + 1, ...named, expirationDate };
    }),
  });
}

function requireExpiring(parameters: Fields, config: FlagConfig, flag: Flag, named: Named): ExpiringTarget {
  requireVariation(flag, named.variationId, parameters);
  const present = config.expiringTargets.find((target) => isSameContext(target, named));
  if (present?.variationId !== named.variationId) fail(parameters, named, 'has no expiration date for that variation');
  return present;
}

function requireFuture(parameters: Fields, expirationDate: number, now: number): void {
  if (expirationDate <= now) parameters.fail('value', `Unix milliseconds in the future, after ${now}`);
}

function fail(parameters: Fields, { contextKind, contextKey }: Named, what: string): never {
  const field = parameters.path(parameters.has('userKey') ? 'userKey' : 'contextKey');
  throw new InvalidRequest(`${field}: ${contextKind} ${show(contextKey)} ${what}`);
}

const isSameContext = (target: ExpiringTarget, named: Named) =>
  target.contextKind === named.contextKind && target.contextKey === named.contextKey;

const nameOf = ({ contextKind, contextKey, variationId }: Named) => `${contextKind} ${variationId} ${contextKey}`;

/** All contexts that are individually targeted, with their variations, by the names of `nameOf`. */
function targetedContexts({ targets }: FlagConfig): ReadonlySet<string> {
  return new Set(
    targets.flatMap(({ contextKind, variationId, values }) =>
      values.map((contextKey) => nameOf({ contextKind, contextKey, variationId })),
    ),
  );
}

/** Forgets the dates of targets that are gone: a date ends with its target. */
export function dropOrphanedDates(config: FlagConfig): FlagConfig {
  if (config.expiringTargets.length === 0) return config;
  const targeted = targetedContexts(config);
  const kept = config.expiringTargets.filter((target) => targeted.has(nameOf(target)));
  return kept.length === config.expiringTargets.length ? config : { ...config, expiringTargets: kept };
}

function expiringDifferences(
  before: FlagConfig,
  after: FlagConfig,
  oldFlag: Flag,
  newFlag: Flag,
): readonly Difference[] {
  if (before.expiringTargets === after.expiringTargets) return [];
  const targeted = targetedContexts(after);
  const old = new Map(before.expiringTargets.map((target) => [target.id, target]));
  const kept = new Map(after.expiringTargets.map((target) => [target.id, target]));
  return [
    ...after.expiringTargets
      .filter((target) => !jsonEquals(old.get(target.id), target))
      .map((target) => difference(`${dateWords(newFlag, target)} ends at ${date(target)}`)),
    // The end of a target ends its date too; that needs no words of its own.
    ...before.expiringTargets
      .filter((target) => !kept.has(target.id) && targeted.has(nameOf(target)))
      .map((target) => difference(`${dateWords(oldFlag, target)} no longer ends at ${date(target)}`)),
  ];
}

function dateWords(flag: Flag, { contextKind, contextKey, variationId }: ExpiringTarget): string {
  return `The target of ${contextKind} ${contextKey} to ${variationLabel(flag, variationId)}`;
}

const date = ({ expirationDate }: ExpiringTarget) => new Date(expirationDate).toISOString();

function difference(words: string): Difference {
  return { action: 'updateExpiringTargets', words, titleVerb: 'changed the expiring targets of the flag' };
}
