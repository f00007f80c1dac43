import { jsonEquals } from '../../../domain/json.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { type Draft, toDraft } from './draft.ts';
import { rebase } from './rebase.ts';
import { type FlagSettings, settingsInstructions, toSettings } from './settings-edit.ts';

/** A flag as the audit log has it: without summaries. */
export type FlagVersion = FlagRep;

/** What leads back to an earlier version of a flag. */
export interface Restoration {
  /** By environment: what is stored, and what is to be. Those that are the same are there, too. */
  readonly environments: readonly { readonly key: string; readonly base: Draft; readonly draft: Draft }[];
  /** Environments in which it served variations that are gone. */
  readonly lost: readonly string[];
  readonly settings: readonly SettingsStep[];
  /** Whether values or names of variations were others; they are not brought back. */
  readonly areVariationsOthers: boolean;
}

/** An instruction about what a flag is, for the service and for people. */
export interface SettingsStep {
  readonly instruction: Readonly<Record<string, unknown>>;
  readonly words: string;
}

/** Whether a state in the audit log is a flag that can be restored; some are kept in a form of their own. */
export function isVersion(state: unknown): state is FlagVersion {
  const { variations, environments, clientSideAvailability } = (state ?? {}) as Partial<FlagRep>;
  if (!Array.isArray(variations) || !clientSideAvailability) return false;
  const configs = Object.values(environments ?? {});
  return variations.every(({ _id }) => typeof _id === 'string') && configs.every(({ on }) => typeof on === 'boolean');
}

/**
 * The way from a flag to an earlier version of it.
 * @param needed the flags that are prerequisites on either side, by key
 */
export function restorationOf(now: FlagRep, former: FlagVersion, needed: ReadonlyMap<string, FlagRep>): Restoration {
  const known = new Set(now.variations.map(({ _id }) => _id));
  const pairs = Object.entries(now.environments ?? {}).flatMap(([key, config]) => {
    const old = former.environments?.[key];
    if (!old) return [];
    const base = toDraft(now, config, needed);
    return [{ key, base, draft: rebase(toDraft(former, old, needed), base) }];
  });
  const isWhole = ({ draft }: { draft: Draft }) => servedIn(draft).every((id) => known.has(id));
  return {
    environments: pairs.filter(isWhole),
    lost: pairs.filter((pair) => !isWhole(pair)).map(({ key }) => key),
    settings: settingsSteps(toSettings(now), toSettings(former)),
    areVariationsOthers: !jsonEquals(now.variations, former.variations),
  };
}

/** All variations that a draft serves to somebody, by id. */
function servedIn({ targets, rules, fallthrough, offVariationId }: Draft): readonly string[] {
  const serves = [fallthrough, ...rules.map(({ serve }) => serve)];
  return [
    ...targets.map(({ variationId }) => variationId),
    ...serves.flatMap((serve) =>
      serve.kind === 'variation'
        ? [serve.variationId]
        : Object.keys(serve.weights).filter((id) => (serve.weights[id] ?? 0) > 0),
    ),
    ...(offVariationId === undefined ? [] : [offVariationId]),
  ];
}

const WORDS: Readonly<Record<string, (value: string) => string>> = {
  updateName: (value) => `Call it "${value}"`,
  updateDescription: (value) => (value === '' ? 'Take its description away' : `Describe it as "${value}"`),
  addTags: (value) => `Tag it ${value}`,
  removeTags: (value) => `Tag it ${value} no more`,
  makeFlagTemporary: () => 'Make it temporary',
  makeFlagPermanent: () => 'Make it permanent',
  turnOnClientSideAvailability: (value) => `Let ${audience(value)} see it`,
  turnOffClientSideAvailability: (value) => `Let ${audience(value)} see it no more`,
  updateMaintainerMember: () => 'Give it back to the member who maintained it',
  updateMaintainerTeam: (value) => `Let the team ${value} maintain it`,
  removeMaintainer: () => 'Let nobody maintain it',
};

function settingsSteps(before: FlagSettings, after: FlagSettings): readonly SettingsStep[] {
  return settingsInstructions(before, after).map((instruction) => {
    const { kind, value, values } = instruction;
    const said = Array.isArray(values) ? values.join(', ') : typeof value === 'string' ? value : '';
    return { instruction, words: WORDS[String(kind)]?.(said) ?? String(kind) };
  });
}

function audience(value: string): string {
  return value === 'usingMobileKey' ? 'mobile apps' : 'browsers';
}
