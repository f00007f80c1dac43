import { InvalidRequest } from '../errors.ts';
import { type Fields, oneOf } from '../fields.ts';
import type { BaseRole } from './actor.ts';
import { type Access, isSpecifier, matchesGlob, specifies } from './resource.ts';

/** One sentence of a policy: who has it is allowed, or denied, these actions on these resources. */
export interface Statement {
  readonly effect: 'allow' | 'deny';
  /** Either these or all but these; exactly one of the two is there. */
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  /** Likewise. */
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
}

/** What a role lets its bearers do: its statements, and what holds where they say nothing. */
export interface Role {
  /** Its key, as errors and `_access` name it; a token's own policy has none. */
  readonly name?: string | undefined;
  readonly basePermissions: 'reader' | 'no_access';
  readonly policy: readonly Statement[];
}

/** Whether something is allowed, and the statement that decided; only the effect when none did. */
export interface Decision {
  readonly isAllowed: boolean;
  readonly reason: Reason;
}

/** Why an access was allowed or denied, as error bodies and `_access` show it. */
export type Reason = { readonly effect: 'allow' | 'deny'; readonly role_name?: string } & Partial<Statement>;

/** Rights that are given to people over the account, and to nobody by being a writer. */
const OF_ADMINS = ['member/*', 'member/*:token/*', 'service-token/*', 'role/*', 'team/*', 'webhook/*', 'acct'];

const allow = (statement: Omit<Statement, 'effect'>): Statement => ({ effect: 'allow', ...statement });

/** Passing by approvals is a right of its own, which comes with no base role. */
const BYPASSES: Statement = {
  effect: 'deny',
  resources: ['*'],
  actions: ['bypassRequiredApproval', 'bypassRequiredSegmentApproval'],
};
const EVERYTHING = [allow({ resources: ['*'], actions: ['*'] }), BYPASSES];

/** The base roles as policies (docs/access.md, "Base roles"). */
export const BASE_ROLES: Readonly<Record<BaseRole, Role>> = {
  no_access: { basePermissions: 'no_access', policy: [] },
  reader: { basePermissions: 'reader', policy: [] },
  writer: {
    basePermissions: 'reader',
    policy: [
      allow({ notResources: [...OF_ADMINS, 'relay-proxy-config/*'], actions: ['*'] }),
      { effect: 'deny', resources: ['proj/*'], actions: ['deleteProject'] },
      BYPASSES,
    ],
  },
  admin: { basePermissions: 'reader', policy: EVERYTHING },
  owner: { basePermissions: 'reader', policy: EVERYTHING },
};

/** What a member may do with the tokens that are its own, whatever its roles. */
export function ownTokensRole(memberId: string): Role {
  return {
    basePermissions: 'no_access',
    policy: [allow({ resources: [ownTokens(memberId)], actions: ['*'] })],
  };
}

/** Whether a role lets a member see nothing but the tokens that are its own. */
export function showsNothing({ basePermissions, policy }: Role, memberId: string): boolean {
  const isOfOwnTokens = ({ resources }: Statement) => resources?.every((one) => one === ownTokens(memberId)) ?? false;
  return basePermissions === 'no_access' && policy.every(isOfOwnTokens);
}

const ownTokens = (memberId: string) => `member/${memberId}:token/*`;

/** Actions that only look: what `reader` brings with it. */
const VIEWS = new Set(['viewProject', 'viewTeam', 'viewSdkKey']);

/** Whether a role lets its bearers know of every project. */
export function showsAllProjects({ basePermissions, policy }: Role): boolean {
  const mayHide = ({ effect, actions, notActions }: Statement) =>
    effect === 'deny' &&
    (actions?.some((action) => matchesGlob(action, 'viewProject')) ?? !notActions?.includes('viewProject'));
  return basePermissions === 'reader' && !policy.some(mayHide);
}

/** Older names of actions that are still found in policies. */
const FORMER_NAMES: Readonly<Record<string, string>> = { updateOn: 'toggleFlag' };

/**
 * Decides by several roles, of which one that allows is enough. Within a role a statement that denies wins over all
 * that allow, their order does not matter, and where none speaks the base permissions do (docs/access.md, "Decision").
 */
export function decide(roles: readonly Role[], access: Access): Decision {
  const decisions = roles.map((role) => decideByRole(role, access));
  const refusal = decisions.find(({ reason }) => 'actions' in reason || 'notActions' in reason);
  return decisions.find(({ isAllowed }) => isAllowed) ?? refusal ?? { isAllowed: false, reason: { effect: 'deny' } };
}

function decideByRole({ name, basePermissions, policy }: Role, access: Access): Decision {
  const matching = policy.filter((statement) => covers(statement, access));
  const decisive = matching.find(({ effect }) => effect === 'deny') ?? matching[0];
  if (!decisive) {
    const isAllowed = basePermissions === 'reader' && VIEWS.has(access.action);
    return { isAllowed, reason: { effect: isAllowed ? 'allow' : 'deny' } };
  }
  const reason = { ...decisive, ...(name !== undefined && { role_name: name }) };
  return { isAllowed: decisive.effect === 'allow', reason };
}

/** Whether a statement speaks of an access. */
export function covers(statement: Statement, access: Access): boolean {
  const { resources, notResources, actions, notActions } = statement;
  const names = [access.action, FORMER_NAMES[access.action] ?? access.action];
  const isNamed = (patterns: readonly string[]) =>
    patterns.some((pattern) => names.some((name) => matchesGlob(pattern, name)));
  const isMeant = (patterns: readonly string[]) => patterns.some((pattern) => specifies(pattern, access));
  return (
    (actions ? isNamed(actions) : !isNamed(notActions ?? [])) &&
    (resources ? isMeant(resources) : !isMeant(notResources ?? []))
  );
}

/** Whether a policy lets anybody who has it do something. */
export function allows(policy: readonly Statement[], access: Access): boolean {
  return decideByRole({ basePermissions: 'no_access', policy }, access).isAllowed;
}

/** Values that roles refer to by `${roleAttribute/name}`. */
export type RoleAttributes = Readonly<Record<string, readonly string[]>>;

const ATTRIBUTE = /\$\{roleAttribute\/([^}]+)\}/;

/** Puts each value of role attributes in their place: one resource for each value, none when there are no values. */
export function fillAttributes(role: Role, attributes: RoleAttributes): Role {
  const fill = (resource: string): readonly string[] => {
    const [reference, name] = ATTRIBUTE.exec(resource) ?? [];
    if (reference === undefined || name === undefined) return [resource];
    return (attributes[name] ?? []).flatMap((value) => fill(resource.replace(reference, () => value)));
  };
  return {
    ...role,
    policy: role.policy.map((statement) => ({
      ...statement,
      ...(statement.resources && { resources: statement.resources.flatMap(fill) }),
      ...(statement.notResources && { notResources: statement.notResources.flatMap(fill) }),
    })),
  };
}

const MAX_STATEMENTS = 500;

/**
 * Reads a policy. An empty list counts as absent, as clients send it.
 * @throws InvalidRequest naming the statement and its member
 */
export function readPolicy(fields: Fields, name: string): readonly Statement[] {
  const statements = fields.objects(name);
  if (statements.length > MAX_STATEMENTS) fields.fail(name, `at most ${MAX_STATEMENTS} statements`);
  return statements.map(readStatement);
}

function readStatement(fields: Fields): Statement {
  const effect = oneOf(['allow', 'deny'] as const).call(fields, 'effect');
  const resources = eitherOf(fields, 'resources', 'notResources');
  const list = Object.values(resources)[0] ?? [];
  const bad = list.findIndex((resource) => !isSpecifier(resource.replaceAll(new RegExp(ATTRIBUTE, 'g'), 'x')));
  if (bad >= 0) {
    const at = fields.path(`${Object.keys(resources)[0] ?? 'resources'}[${bad}]`);
    throw new InvalidRequest(
      `${at}: expected a resource specifier such as "proj/*:env/production:flag/*", got ${JSON.stringify(list[bad])}`,
    );
  }
  return { effect, ...resources, ...eitherOf(fields, 'actions', 'notActions') };
}

/** Reads the one of two lists that is there and not empty. */
function eitherOf<Name extends 'resources' | 'notResources' | 'actions' | 'notActions'>(
  fields: Fields,
  these: Name,
  allBut: Name,
): { readonly [name in Name]?: readonly string[] } {
  const lists = [these, allBut].map((name) => [name, fields.optional(name, fields.strings) ?? []] as const);
  const given = lists.filter(([, list]) => list.length > 0);
  const [only] = given;
  if (given.length !== 1 || !only) {
    throw new InvalidRequest(
      `${fields.path(these)}: expected exactly one of ${these} and ${allBut} with at least one entry, got ${given.length}`,
    );
  }
  return { [only[0]]: only[1] } as { readonly [name in Name]?: readonly string[] };
}
