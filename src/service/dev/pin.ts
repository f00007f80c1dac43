import { CommandError, ExitCode } from '../../cli/command-error.ts';
import { type Json, jsonEquals } from '../../domain/json.ts';
import { FULL_WEIGHT } from '../../domain/flag/flag.ts';
import type { FlagConfig, FlagDocument } from './snapshot.ts';

/** What everybody gets from a flag: the position of a variation, or undefined where code gets its own default. */
export type Pin = number | undefined;

/**
 * A flag that serves one variation to everybody: it is on, and only its default rule is left. One that serves nothing is
 * off, without an off variation.
 */
export function pinned(flag: FlagDocument, environmentKey: string, pin: Pin): FlagDocument {
  const config = flag.environments[environmentKey];
  if (!config) return flag;
  const nobodyElse = { prerequisites: [], targets: [], contextTargets: [], rules: [] };
  const served =
    pin === undefined ? { on: false, offVariation: null } : { on: true, fallthrough: onlyServing(flag, config, pin) };
  return { ...flag, environments: { [environmentKey]: { ...config, ...nobodyElse, ...served } } };
}

/** Stages of migrations are served by rollouts alone. */
function onlyServing({ variations, _purpose }: FlagDocument, { fallthrough }: FlagConfig, pin: number) {
  if (_purpose !== 'migration') return { variation: pin };
  const weights = variations.map((_, variation) => ({ variation, weight: variation === pin ? FULL_WEIGHT : 0 }));
  return { rollout: { ...fallthrough.rollout, variations: weights } };
}

/**
 * The position of the variation that a text means: its value as JSON, its value as a text, or its name.
 * @throws CommandError when there is none
 */
export function findVariation(flag: FlagDocument, text: string): number {
  const { variations } = flag;
  const isMeant = [
    (value: Json) => jsonEquals(value, parse(text)),
    (value: Json) => value === text,
    (_: Json, name: string | undefined) => name === text,
  ];
  for (const test of isMeant) {
    const position = variations.findIndex(({ value, name }) => test(value, name));
    if (position >= 0) return position;
  }
  const known = variations.map(({ value, name }) => JSON.stringify(value) + (name === undefined ? '' : ` (${name})`));
  throw new CommandError(`${flag.key}: expected one of ${known.join(', ')}, got "${text}"`, ExitCode.Usage);
}

/** Undefined for what is no JSON, which is the value of no variation. */
function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined as unknown as Json;
  }
}
