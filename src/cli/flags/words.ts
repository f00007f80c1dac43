import type { FlagConfigRep, FlagRep } from '../../wire/rest/flag.ts';

type Variations = FlagRep['variations'];
type Rule = NonNullable<FlagConfigRep['rules']>[number];
type Clause = Rule['clauses'][number];
type Target = NonNullable<FlagConfigRep['targets']>[number];

/** Keys of targets that are named; beyond it they are counted. */
const SHOWN_TARGETS = 5;

/** A flag for people: what it is, its variations, and what it serves in each environment. */
export function describeFlag(flag: FlagRep): string {
  const environments = Object.entries(flag.environments ?? {}).map(([key, config]) => [
    '',
    ...describe(key, config, flag),
  ]);
  return [
    `${flag.name} (${flag.key})`,
    ...(flag.description === '' ? [] : [flag.description]),
    `Kind:        ${traitsOf(flag)}`,
    ...(flag.tags.length === 0 ? [] : [`Tags:        ${flag.tags.join(', ')}`]),
    `Maintainer:  ${flag._maintainer?.email ?? flag.maintainerTeamKey ?? 'nobody'}`,
    `SDKs:        ${sdksOf(flag)}`,
    'Variations:',
    ...flag.variations.map((_, index) => `  ${index}  ${nameOf(flag.variations, index)}`),
    ...environments.flat(),
  ].join('\n');
}

function traitsOf({ kind, temporary, archived, deprecated, _purpose }: FlagRep): string {
  return [
    kind,
    temporary ? 'temporary' : 'permanent',
    ...(_purpose === undefined ? [] : [_purpose]),
    ...(deprecated ? ['deprecated'] : []),
    ...(archived ? ['archived'] : []),
  ].join(', ');
}

function sdksOf({ clientSideAvailability: { usingEnvironmentId, usingMobileKey } }: FlagRep): string {
  return ['server', ...(usingEnvironmentId ? ['browser'] : []), ...(usingMobileKey ? ['mobile'] : [])].join(', ');
}

function describe(key: string, config: FlagConfigRep, { variations }: FlagRep): readonly string[] {
  const { offVariation, fallthrough, prerequisites = [], rules = [] } = config;
  const off = offVariation === undefined ? 'the default of the code' : nameOf(variations, offVariation);
  const targets = [...(config.targets ?? []), ...(config.contextTargets ?? [])].filter(
    ({ values }) => values.length > 0,
  );
  const lines = [
    ...prerequisites.map((one) => `needs ${one.key} to serve variation ${one.variation}`),
    ...targets.map((target) => describeTarget(target, variations)),
    ...rules.map((rule, index) => describeRule(rule, index, variations)),
    ...(fallthrough ? [`everyone else gets ${served(fallthrough, variations)}`] : []),
  ];
  return config.on
    ? [`${key}: ON`, ...lines.map((line) => `  ${line}`)]
    : [`${key}: OFF, everyone gets ${off}`, ...lines.map((line) => `  when on: ${line}`)];
}

function describeTarget({ contextKind, values, variation }: Target, variations: Variations): string {
  const more = values.length - SHOWN_TARGETS;
  const shown = values.slice(0, SHOWN_TARGETS).join(', ');
  return `${contextKind} ${shown}${more > 0 ? ` and ${more} more` : ''} get ${nameOf(variations, variation)}`;
}

function describeRule(rule: Rule, index: number, variations: Variations): string {
  const name = rule.description === undefined ? '' : ` "${rule.description}"`;
  const disabled = rule.disabled ? ' (disabled)' : '';
  return `rule ${index + 1}${name}${disabled}: if ${rule.clauses.map(describeClause).join(' and ')}, ${served(rule, variations)}`;
}

function describeClause({ contextKind, attribute, op, negate, values }: Clause): string {
  const subject = op === 'segmentMatch' ? '' : `${contextKind} ${attribute} `;
  const verb = op === 'segmentMatch' ? 'segment' : op;
  return `${subject}${negate ? 'not ' : ''}${verb} ${values.map((value) => JSON.stringify(value)).join(' or ')}`;
}

function served({ variation, rollout }: Pick<Rule, 'variation' | 'rollout'>, variations: Variations): string {
  if (variation !== undefined) return nameOf(variations, variation);
  const shares = (rollout?.variations ?? [])
    .filter(({ weight }) => weight > 0)
    .map((share) => `${share.weight / 1_000} % ${nameOf(variations, share.variation)}`);
  return shares.join(', ');
}

function nameOf(variations: Variations, index: number): string {
  const { value, name } = variations[index] ?? { value: undefined };
  const shown = JSON.stringify(value) ?? `variation ${index}`;
  return name === undefined || name === '' ? shown : `${shown} "${name}"`;
}
