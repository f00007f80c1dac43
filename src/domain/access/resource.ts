/** What a policy can ask of one part of a resource, beside its type and name. */
export interface Traits {
  readonly tags: readonly string[];
  /** Whether it is an environment marked as critical. */
  readonly critical?: boolean | undefined;
}

/** Something that rights are about, such as `proj/shop:env/test:flag/new-cart`, with the traits of each of its parts. */
export interface Resource {
  readonly resource: string;
  /** One for each part of `resource`, in order; absent when no part has any. */
  readonly traits?: readonly Traits[];
}

/** One thing that somebody wants to do. */
export interface Access extends Resource {
  readonly action: string;
}

/** What specifiers need to know of a thing. */
export interface Specified {
  readonly key: string;
  readonly tags?: readonly string[] | undefined;
  readonly critical?: boolean | undefined;
}

/** Builds resources from their parts, from the outermost one inwards. */
function build(...parts: readonly (readonly [type: string, thing: Specified])[]): Resource {
  const traits = parts.map(([, { tags = [], critical }]) => ({ tags, ...(critical && { critical }) }));
  const hasTraits = traits.some(({ tags, critical }) => tags.length > 0 || critical);
  return {
    resource: parts.map(([type, { key }]) => `${type}/${key}`).join(':'),
    ...(hasTraits && { traits }),
  };
}

/** Kinds of things that live directly in a project. */
export type ProjectPart = 'context-kind' | 'metric' | 'metric-group' | 'release-pipeline' | 'release-policy' | 'view';

/** Kinds of things that live directly in the account. */
export type AccountPart =
  | 'application'
  | 'code-reference-repository'
  | 'member'
  | 'relay-proxy-config'
  | 'role'
  | 'service-token'
  | 'team'
  | 'webhook';

/** Resources as policies and audit entries write them (docs/access.md, "Resources"). */
export const specifier = {
  account: (): Resource => ({ resource: 'acct' }),
  project: (project: Specified) => build(['proj', project]),
  environment: (project: Specified, environment: Specified) => build(['proj', project], ['env', environment]),
  flag: (project: Specified, environment: Specified, flag: Specified) =>
    build(['proj', project], ['env', environment], ['flag', flag]),
  segment: (project: Specified, environment: Specified, segment: Specified) =>
    build(['proj', project], ['env', environment], ['segment', segment]),
  inProject: (project: Specified, type: ProjectPart, thing: Specified) => build(['proj', project], [type, thing]),
  inAccount: (type: AccountPart, thing: Specified) => build([type, thing]),
  personalToken: (memberId: string, tokenId: string) =>
    build(['member', { key: memberId }], ['token', { key: tokenId }]),
} as const;

/** One part of a specifier in a policy: what a resource must look like there. */
export interface PartPattern {
  readonly type: string;
  readonly name: string;
  readonly tags: readonly string[];
  /** `{critical:true}` of environments; undefined when it is not asked for. */
  readonly critical: boolean | undefined;
}

const PART = /^\/?([a-z][a-z-]*)\/([^;]+)((?:;.*)?)$/;

/**
 * Whether a specifier of a policy, such as `proj/*:env/production:flag/web-*;beta`, names the resource: as many parts of
 * the same types, names that fit (`*` stands for any characters), all tags there, properties equal.
 */
export function specifies(pattern: string, { resource, traits }: Resource): boolean {
  if (pattern === '*') return true;
  if (pattern === 'acct' || resource === 'acct') return pattern === resource;
  const wanted = parsePattern(pattern);
  const parts = resource.split(':');
  return (
    wanted !== undefined &&
    wanted.length === parts.length &&
    wanted.every((part, index) => fits(part, parts[index] ?? '', traits?.[index]))
  );
}

/** Whether a text can be a specifier of a policy. */
export function isSpecifier(pattern: string): boolean {
  return pattern === '*' || pattern === 'acct' || parsePattern(pattern) !== undefined;
}

/** The parts of a specifier of a policy; undefined for what none can be, and for `*` and `acct`, which have no parts. */
export function parsePattern(pattern: string): readonly PartPattern[] | undefined {
  const parts = splitOutsideBraces(pattern).map(parsePart);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function parsePart(text: string): PartPattern | undefined {
  const [, type = '', name = '', qualifiers = ''] = PART.exec(text) ?? [];
  if (type === '') return undefined;
  const texts = qualifiers.split(';').filter((qualifier) => qualifier !== '');
  const properties = texts.filter((qualifier) => qualifier.startsWith('{'));
  const critical = properties.map((property) => /^\{\s*"?critical"?\s*:\s*(true|false)\s*\}$/.exec(property)?.[1]);
  if (critical.includes(undefined)) return undefined;
  const tags = texts.filter((qualifier) => !qualifier.startsWith('{')).flatMap((list) => list.split(','));
  return { type, name, tags, critical: critical[0] === undefined ? undefined : critical[0] === 'true' };
}

/** Colons in braces belong to a property or to the name of a role attribute. */
function splitOutsideBraces(text: string): readonly string[] {
  return text.split(/:(?![^{]*\})/);
}

function fits(pattern: PartPattern, part: string, traits: Traits | undefined): boolean {
  const slash = part.indexOf('/');
  return (
    part.slice(0, slash) === pattern.type &&
    matchesGlob(pattern.name, part.slice(slash + 1)) &&
    pattern.tags.every((wanted) => traits?.tags.some((tag) => matchesGlob(wanted, tag))) &&
    (pattern.critical === undefined || pattern.critical === (traits?.critical ?? false))
  );
}

/** Whether a text fits a pattern in which `*` stands for any characters; in time of at most the product of their lengths. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
