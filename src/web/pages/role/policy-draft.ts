import { readPolicy, type Statement } from '../../../domain/access/policy.ts';
import { Fields } from '../../../domain/fields.ts';
import type { StatementRep } from '../../../wire/rest/access.ts';

/** A statement as it is edited. */
export interface StatementDraft {
  readonly id: string;
  readonly effect: Statement['effect'];
  readonly resources: readonly string[];
  /** Whether all but these are meant. */
  readonly isAllButResources: boolean;
  readonly actions: readonly string[];
  readonly isAllButActions: boolean;
}

export function newStatement(id: string): StatementDraft {
  const lists = { resources: [], isAllButResources: false, actions: [], isAllButActions: false };
  return { id, effect: 'allow', ...lists };
}

export function toDrafts(policy: readonly StatementRep[], newId: () => string): readonly StatementDraft[] {
  return policy.map((statement) => ({
    id: newId(),
    effect: statement.effect === 'deny' ? 'deny' : 'allow',
    resources: statement.resources ?? statement.notResources ?? [],
    isAllButResources: statement.notResources !== undefined,
    actions: statement.actions ?? statement.notActions ?? [],
    isAllButActions: statement.notActions !== undefined,
  }));
}

export function toPolicy(drafts: readonly StatementDraft[]): readonly Statement[] {
  return drafts.map(({ effect, resources, isAllButResources, actions, isAllButActions }) => ({
    effect,
    ...(isAllButResources ? { notResources: resources } : { resources }),
    ...(isAllButActions ? { notActions: actions } : { actions }),
  }));
}

/** Reads a policy from JSON, as the service would. @throws Error in words for people */
export function readPolicyText(text: string): readonly Statement[] {
  return readPolicy(new Fields({ policy: JSON.parse(text) }, ''), 'policy');
}

/** What the service would refuse about a policy, in its words. */
export function policyProblem(policy: readonly Statement[]): string | undefined {
  try {
    readPolicy(new Fields({ policy }, ''), 'policy');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
