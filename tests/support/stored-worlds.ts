import fc from 'fast-check';
import type { SdkClause, SdkFlag, SdkSegment, SdkServe, SdkTarget } from '../../src/domain/evaluation/sdk-model.ts';
import type { TestApp } from './app.ts';
import { WORLDS } from './random-worlds.ts';

/*
 * Random worlds that are stored in a project, as far as they can be: what nobody can save is left out.
 */

/** Fills a project with flags `flag-0`, `left-0`, … and their segments in an environment. @returns the keys of the flags */
export async function storeWorlds(
  app: TestApp,
  place: { readonly projectKey: string; readonly environmentKey: string },
  sample: { readonly seed: number; readonly count: number },
): Promise<readonly string[]> {
  const { projectKey, environmentKey } = place;
  const worlds = fc.sample(WORLDS, { seed: sample.seed, numRuns: sample.count });
  const keys: string[] = [];
  for (const [index, world] of worlds.entries()) {
    for (const segment of [world.one, world.two]) {
      const path = `segments/${projectKey}/${environmentKey}/${segment.key}-${index}`;
      await put(app, path, toSegment(segment));
    }
    for (const flag of [world.right, world.left, world.flag]) {
      const environments = { [environmentKey]: toConfig(flag, index, keys) };
      const variations = flag.variations.map((value) => ({ value }));
      const key = `${flag.key}-${index}`;
      if (await put(app, `flags/${projectKey}/${key}`, { name: key, variations, environments })) keys.push(key);
    }
  }
  return keys;
}

/** @returns whether it could be saved */
async function put(app: TestApp, path: string, body: object): Promise<boolean> {
  const { status } = await app.call({ method: 'PUT', path, body });
  if (status !== 200 && status !== 400) throw new Error(`PUT ${path} was answered with ${status}`);
  return status === 200;
}

function toSegment({ included, excluded, includedContexts, excludedContexts, rules, salt }: SdkSegment): object {
  return {
    included,
    excluded,
    includedContexts,
    excludedContexts,
    salt: salt || 'salt of a segment',
    rules: rules
      .map(({ id: _id, clauses, ...rule }) => ({ ...rule, clauses: toClauses(clauses) }))
      .filter(({ clauses }) => clauses.length > 0),
  };
}

function toConfig(flag: SdkFlag, index: number, known: readonly string[]): object {
  const prerequisites = flag.prerequisites.map(({ key, variation }) => ({ key: `${key}-${index}`, variation }));
  const byKey = new Map(prerequisites.map((prerequisite) => [prerequisite.key, prerequisite]));
  const seen = new Set<string>();
  return {
    on: flag.on,
    salt: flag.salt || 'salt of a flag',
    offVariation: flag.offVariation,
    prerequisites: [...byKey.values()].filter(({ key }) => known.includes(key)),
    targets: once(flag.targets, seen),
    contextTargets: once(flag.contextTargets, seen),
    rules: flag.rules.map(({ id: _id, clauses, ...rule }) => ({
      ...rule,
      ...toServe(rule),
      clauses: toClauses(clauses).map((clause) => inWorld(clause, index)),
    })),
    fallthrough: toServe(flag.fallthrough),
  };
}

/** Operators that nobody can save become another one, and values that they do not take go. */
function toClauses(clauses: readonly SdkClause[]): readonly SdkClause[] {
  return clauses.map((clause) => {
    const op = clause.op === 'nonsense' ? 'in' : clause.op;
    return { ...clause, op, values: clause.values.filter((value) => isTaken(op, value)) };
  });
}

function isTaken(op: string, value: unknown): boolean {
  if (/^(lessThan|greaterThan)/.test(op)) return typeof value === 'number';
  if (op === 'before' || op === 'after') return String(value).startsWith('20') || value === 1_577_836_800_000;
  if (op.startsWith('semVer')) return String(value).startsWith('1.2.3');
  if (op === 'matches') return typeof value === 'string' && value !== '(';
  return op === 'in' || typeof value === 'string';
}

const inWorld = (clause: SdkClause, index: number) =>
  clause.op === 'segmentMatch'
    ? { ...clause, values: clause.values.map((value) => `${value as string}-${index}`) }
    : clause;

/** A context is targeted once. */
function once(targets: readonly SdkTarget[], seen: Set<string>): readonly SdkTarget[] {
  return targets.map((target) => ({
    ...target,
    values: target.values.filter((value) => {
      const name = `${target.contextKind} ${value}`;
      const isNew = !seen.has(name);
      seen.add(name);
      return isNew;
    }),
  }));
}

function toServe({ variation, rollout }: SdkServe): object {
  if (!rollout) return { variation };
  const { kind: _kind, variations, ...rest } = rollout;
  return { rollout: { ...rest, variations: variations.map(({ untracked: _untracked, ...share }) => share) } };
}
