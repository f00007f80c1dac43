import { InvalidRequest } from '../errors.ts';
import { Fields, oneOf } from '../fields.ts';
import { readContextKind } from '../context-kind.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import { requireKey, requireName, requireTags } from '../naming.ts';

const METHODS = ['guarded-release', 'progressive-release'] as const;

/** A step of a release: how many are served the new variation, and for how long. */
export interface PolicyStage {
  /** Thousandths of a percent. */
  readonly allocation: number;
  readonly durationMillis: number;
}

/** How those who are served the new variation grow in number. */
export interface ProgressiveConfig {
  readonly rolloutContextKindKey?: string | undefined;
  readonly stages?: readonly PolicyStage[] | undefined;
}

/** The same, and what is watched meanwhile. */
export interface GuardedConfig extends ProgressiveConfig {
  readonly minSampleSize?: number | undefined;
  readonly rollbackOnRegression?: boolean | undefined;
  readonly metricKeys?: readonly string[] | undefined;
  readonly metricGroupKeys?: readonly string[] | undefined;
}

/** Which releases a policy is for: in any of these environments and of flags with any of these tags; empty means all. */
export interface PolicyScope {
  readonly environmentKeys?: readonly string[] | undefined;
  readonly flagTagKeys?: readonly string[] | undefined;
  readonly viewKeys?: readonly string[] | undefined;
}

/** Everything about a release policy that can be replaced. */
export interface ReleasePolicySettings {
  readonly name: string;
  readonly releaseMethod: (typeof METHODS)[number];
  readonly scope?: PolicyScope | undefined;
  readonly guardedReleaseConfig?: GuardedConfig | undefined;
  readonly progressiveReleaseConfig?: ProgressiveConfig | undefined;
}

/** How flags of a project are preferably released (docs/wire/release-policies.md). */
export interface ReleasePolicy extends ReleasePolicySettings {
  /** A UUID. */
  readonly id: string;
  readonly key: string;
  readonly createdAt: number;
  readonly version: number;
  /** Its place among those with a scope, from 1; the default policy has one too, but it does not count. */
  readonly position: number;
}

/** The action that replacing each setting needs. */
export const RELEASE_POLICY_ACTIONS: Readonly<Record<keyof ReleasePolicySettings, string>> = {
  name: 'updateReleasePolicy',
  releaseMethod: 'updateReleasePolicy',
  scope: 'updateReleasePolicy',
  guardedReleaseConfig: 'updateReleasePolicy',
  progressiveReleaseConfig: 'updateReleasePolicy',
};

/** Most policies of a project. */
export const MAX_RELEASE_POLICIES = 100;
const MAX_STAGES = 50;
const MAX_ALLOCATION = 100_000;
const KIND_KEY = 'rolloutContextKindKey';
/** Where the order of policies is set, in the place of a key. */
const RESERVED_KEY = 'order';

/** Whether a policy holds where no other does: it has no scope. */
export function isDefaultPolicy({ scope }: Pick<ReleasePolicy, 'scope'>): boolean {
  return Object.values(scope ?? {}).every((list: readonly string[] | undefined) => (list ?? []).length === 0);
}

/** Policies in the order in which they are tried, the default one last. */
export function inOrder(policies: readonly ReleasePolicy[]): readonly ReleasePolicy[] {
  return policies.toSorted(
    (left, right) =>
      Number(isDefaultPolicy(left)) - Number(isDefaultPolicy(right)) ||
      left.position - right.position ||
      left.createdAt - right.createdAt,
  );
}

/**
 * The policy that holds for a release: the first whose environments and tags fit, else the default one, of those for its
 * method (docs/wire/release-policies.md, "Effect").
 * @param policies in the order in which they are tried
 */
export function policyFor(
  policies: readonly ReleasePolicy[],
  environmentKey: string | undefined,
  tags: readonly string[],
  kind: 'guarded' | 'progressive',
): ReleasePolicy | undefined {
  const fits = ({ scope }: ReleasePolicy) => {
    const { environmentKeys = [], flagTagKeys = [] } = scope ?? {};
    const isThere =
      environmentKeys.length === 0 || (environmentKey !== undefined && environmentKeys.includes(environmentKey));
    return isThere && (flagTagKeys.length === 0 || flagTagKeys.some((tag) => tags.includes(tag)));
  };
  return policies.find((policy) => policy.releaseMethod === `${kind}-release` && fits(policy));
}

/** Reads a new policy, which is the last to be tried of those with a scope. @throws InvalidRequest naming the bad field */
export function createReleasePolicy(
  body: unknown,
  existing: readonly ReleasePolicy[],
  { ids, now }: DecisionContext,
): ReleasePolicy {
  const fields = new Fields(body, '');
  const key = requireKey('key', fields.string('key'));
  if (key === RESERVED_KEY) fields.fail('key', `another key than ${RESERVED_KEY}, which has a meaning in addresses`);
  const position = Math.max(0, ...existing.map((policy) => policy.position)) + 1;
  return { id: ids.uuid(), key, createdAt: now, version: 1, position, ...readSettings(fields) };
}

/** Reads what takes the place of a policy. Its key may be named, but not changed. @throws InvalidRequest */
export function replaceReleasePolicy(before: ReleasePolicy, body: unknown): ReleasePolicy {
  const fields = new Fields(body, '');
  if (fields.has('key') && fields.raw('key') !== before.key) {
    fields.fail('key', `${show(before.key)}, since keys never change`);
  }
  const { id, key, createdAt, version, position } = before;
  return { id, key, createdAt, version, position, ...readSettings(fields) };
}

/**
 * The policies with a scope in another order.
 * @param keys all their keys, each once
 * @throws InvalidRequest naming a key that is missing, unknown or there twice
 */
export function reorderReleasePolicies(
  policies: readonly ReleasePolicy[],
  keys: readonly string[],
): readonly ReleasePolicy[] {
  const scoped = new Map(
    policies.filter((policy) => !isDefaultPolicy(policy)).map((policy) => [policy.key, policy] as const),
  );
  const ordered = keys.map((key, index) => {
    const policy = scoped.get(key);
    const isRepeated = keys.indexOf(key) < index;
    if (!policy || isRepeated) {
      const expected = isRepeated ? 'each key once' : 'the key of a release policy with a scope';
      throw new InvalidRequest(`body[${index}]: expected ${expected}, got ${show(key)}`);
    }
    return { ...policy, position: index + 1 };
  });
  const missing = [...scoped.keys()].filter((key) => !keys.includes(key));
  if (missing.length > 0) {
    throw new InvalidRequest(
      `body: expected the keys of all release policies with a scope; ${show(missing)} are missing`,
    );
  }
  return ordered;
}

function readSettings(fields: Fields): ReleasePolicySettings {
  const releaseMethod = oneOf(METHODS).call(fields, 'releaseMethod');
  const isGuarded = releaseMethod === 'guarded-release';
  const other = isGuarded ? 'progressiveReleaseConfig' : 'guardedReleaseConfig';
  if (fields.has(other)) fields.fail(other, `nothing, since releaseMethod is ${releaseMethod}`);
  const scope = fields.optional('scope', fields.object);
  const guarded = fields.optional('guardedReleaseConfig', fields.object);
  const progressive = fields.optional('progressiveReleaseConfig', fields.object);
  return {
    name: requireName('name', fields.string('name')),
    releaseMethod,
    scope: scope && readScope(scope),
    guardedReleaseConfig: guarded && readGuarded(guarded),
    progressiveReleaseConfig: progressive && readProgressive(progressive),
  };
}

function readScope(fields: Fields): PolicyScope {
  const tags = fields.optional('flagTagKeys', fields.strings);
  return {
    environmentKeys: readKeys(fields, 'environmentKeys'),
    flagTagKeys: tags && requireTags(fields.path('flagTagKeys'), tags),
    viewKeys: readKeys(fields, 'viewKeys'),
  };
}

function readGuarded(fields: Fields): GuardedConfig {
  const minSampleSize = fields.optional('minSampleSize', fields.integer);
  if (minSampleSize !== undefined && minSampleSize < 1) fields.fail('minSampleSize', 'a whole number above 0');
  return {
    ...readProgressive(fields),
    minSampleSize,
    rollbackOnRegression: fields.optional('rollbackOnRegression', fields.boolean),
    metricKeys: readKeys(fields, 'metricKeys'),
    metricGroupKeys: readKeys(fields, 'metricGroupKeys'),
  };
}

function readProgressive(fields: Fields): ProgressiveConfig {
  const stages = fields.optional('stages', fields.objects);
  if (stages && stages.length > MAX_STAGES) fields.fail('stages', `at most ${MAX_STAGES} stages`);
  return {
    rolloutContextKindKey: fields.has(KIND_KEY) ? readContextKind(fields, KIND_KEY) : undefined,
    stages: stages && readStages(stages),
  };
}

function readStages(stages: readonly Fields[]): readonly PolicyStage[] {
  let last = 0;
  return stages.map((fields) => {
    const allocation = fields.integer('allocation');
    if (allocation <= last || allocation > MAX_ALLOCATION) {
      fields.fail('allocation', `thousandths of a percent above ${last}, at most ${MAX_ALLOCATION}`);
    }
    last = allocation;
    const durationMillis = fields.integer('durationMillis');
    if (durationMillis < 1) fields.fail('durationMillis', 'milliseconds above 0');
    return { allocation, durationMillis };
  });
}

function readKeys(fields: Fields, name: string): readonly string[] | undefined {
  const keys = fields.optional(name, fields.strings);
  return keys && [...new Set(keys.map((key, index) => requireKey(`${fields.path(name)}[${index}]`, key)))];
}
