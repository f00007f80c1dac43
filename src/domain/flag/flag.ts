import { NotFound } from '../errors.ts';
import type { Json } from '../json.ts';
import type { ClientSideAvailability } from '../project.ts';
import type { RolloutPlan, Share } from '../rollout/plan.ts';

/*
 * The flag as the domain sees it. Variations are referred to by id everywhere; the indexes of the wire are made at
 * the edges (docs/decisions/0003-variations-by-id.md), so that adding or removing a variation moves nothing.
 */

/** One of the values a flag can have. */
export interface Variation {
  readonly id: string;
  readonly value: Json;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** Part of a rollout: a variation and its share in thousandths of a percent, 0 to 100000. */
export type WeightedVariation = Share;

/** The automated rollout that deals the traffic of a rule (docs/wire/guarded-rollouts.md). */
export interface AutomatedRollout {
  readonly plan: RolloutPlan;
  /** Nobody watches it any more, and the shares stay as they are. */
  readonly isParked?: true | undefined;
}

/** Serves several variations by chance; the shares sum to 100000. */
export interface Rollout {
  readonly variations: readonly WeightedVariation[];
  readonly contextKind: string;
  /** Attribute that decides; the key when absent. */
  readonly bucketBy?: string | undefined;
  /** Deals contexts in place of the salt; came with the flag from elsewhere (docs/wire/whole-resources.md). */
  readonly seed?: number | undefined;
  /** Set where the shares are moved by an automated rollout. */
  readonly automated?: AutomatedRollout | undefined;
}

/** What a rule serves. */
export type Serve = { readonly variationId: string } | { readonly rollout: Rollout };

/** Context keys of one kind that are individually targeted to one variation. */
export interface Target {
  readonly contextKind: string;
  readonly variationId: string;
  readonly values: readonly string[];
}

/** One condition of a rule; any of `values` may match. */
export interface Clause {
  readonly id: string;
  readonly contextKind: string;
  readonly attribute: string;
  readonly op: string;
  readonly values: readonly Json[];
  readonly negate: boolean;
}

/** Serves a variation or rollout to the contexts that satisfy all clauses. */
export interface Rule {
  readonly id: string;
  readonly clauses: readonly Clause[];
  readonly serve: Serve;
  readonly trackEvents: boolean;
  readonly description?: string | undefined;
  /** Kept but passed over; SDKs do not receive it. */
  readonly isDisabled?: true | undefined;
  /** A name chosen by the client, by which instructions may speak of the rule. */
  readonly ref?: string | undefined;
}

/** Another flag of the project that must be on and serve a certain variation, or this flag serves its off variation. */
export interface Prerequisite {
  readonly flagKey: string;
  /** A variation of that other flag. */
  readonly variationId: string;
}

/** When an individual target ends. There is at most one for each context. */
export interface ExpiringTarget {
  readonly id: string;
  readonly version: number;
  readonly contextKind: string;
  readonly contextKey: string;
  readonly variationId: string;
  /** Unix milliseconds. */
  readonly expirationDate: number;
}

/** How a flag behaves in one environment. */
export interface FlagConfig {
  readonly environmentId: string;
  readonly on: boolean;
  /** Feeds bucketing. */
  readonly salt: string;
  /** Opaque; kept for clients that read it. */
  readonly sel: string;
  /** Grows with every change that SDKs must see; the number they compare. */
  readonly version: number;
  /** Unix milliseconds of the last change inside this environment. */
  readonly lastModified: number;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly Target[];
  /** Ends of some of the targets; SDKs do not know of them. */
  readonly expiringTargets: readonly ExpiringTarget[];
  readonly rules: readonly Rule[];
  readonly fallthrough: Serve;
  readonly offVariationId?: string | undefined;
  readonly trackEvents: boolean;
  readonly trackEventsFallthrough: boolean;
  /** Unix milliseconds up to which SDKs send an event with the whole context for every evaluation. */
  readonly debugEventsUntilDate?: number | undefined;
  /** Migration flags: SDKs compare one in so many reads of both systems; 1 when absent. */
  readonly checkRatio?: number | undefined;
}

/** Presets for environments that are created later. */
export interface DefaultVariations {
  readonly onVariationId: string;
  readonly offVariationId: string;
}

/** Metadata such as the issues a flag belongs to. */
export interface CustomProperty {
  readonly name: string;
  readonly value: readonly string[];
}

/** How many steps a migration has. Six have reads and writes on their own, and contexts of one kind that move. */
export interface MigrationSettings {
  readonly stageCount: 2 | 4 | 6;
  /** With six stages only. */
  readonly contextKind?: string | undefined;
}

/** A feature flag with its configuration in every environment of its project, by environment key. */
export interface Flag {
  readonly id: string;
  readonly projectId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly variations: readonly Variation[];
  readonly defaults: DefaultVariations;
  readonly temporary: boolean;
  readonly tags: readonly string[];
  readonly clientSideAvailability: ClientSideAvailability;
  readonly customProperties: Readonly<Record<string, CustomProperty>>;
  /** A JSON schema for the values, kept for clients that read it. */
  readonly variationJsonSchema?: Json | undefined;
  /** A member, or else a team; never both. */
  readonly maintainerId?: string | undefined;
  readonly maintainerTeamKey?: string | undefined;
  /** There for migration flags only. */
  readonly migrationSettings?: MigrationSettings | undefined;
  /** Grows with every change outside the environments. */
  readonly version: number;
  readonly createdAt: number;
  /** Set while the flag is archived. */
  readonly archivedAt?: number | undefined;
  /** Set while the flag is deprecated. */
  readonly deprecatedAt?: number | undefined;
  readonly environments: Readonly<Record<string, FlagConfig>>;
}

export const FULL_WEIGHT = 100_000;

/** The variations that a serve can lead to, those without weight left out. */
export function servedVariationIds(serve: Serve): readonly string[] {
  if ('variationId' in serve) return [serve.variationId];
  const served = serve.rollout.variations.filter((part) => part.weightThousandths > 0);
  return [...new Set(served.map((part) => part.variationId))];
}

/** A flag's configuration in an environment. @throws NotFound when the project has no such environment */
export function getConfig(flag: Flag, environmentKey: string): FlagConfig {
  const config = Object.hasOwn(flag.environments, environmentKey) ? flag.environments[environmentKey] : undefined;
  if (!config) throw new NotFound('environment', environmentKey);
  return config;
}

/** Position of a variation in the list; the wire's name for it. @throws Error when it is not one of the flag's own. */
export function variationIndex(flag: Pick<Flag, 'key' | 'variations'>, variationId: string): number {
  const index = flag.variations.findIndex((variation) => variation.id === variationId);
  if (index < 0) throw new Error(`flag ${flag.key} has no variation ${variationId}`);
  return index;
}

/** `boolean` for exactly the values true and false, `multivariate` for everything else. */
export function flagKind(variations: readonly Pick<Variation, 'value'>[]): 'boolean' | 'multivariate' {
  const values = new Set(variations.map((variation) => variation.value));
  return variations.length === 2 && values.has(true) && values.has(false) ? 'boolean' : 'multivariate';
}

/** What people call a variation: its name, else its value as JSON. */
export function variationLabel(flag: Pick<Flag, 'key' | 'variations'>, variationId: string): string {
  const variation = flag.variations[variationIndex(flag, variationId)] as Variation;
  return variation.name ?? JSON.stringify(variation.value);
}
