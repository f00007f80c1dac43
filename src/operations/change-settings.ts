import { accessesTo, authorize } from '../domain/access/can.ts';
import type { Resource } from '../domain/access/resource.ts';
import type { ChangeKind } from '../domain/change.ts';
import { settingDifferences } from '../domain/settings-difference.ts';
import type { Tx } from '../store/database.ts';
import type { Write } from './write.ts';

/** Settings of a thing before and after, and how changes of it are allowed, stored and told. */
export interface SettingsChange<T extends { readonly version: number }> {
  readonly kind: ChangeKind;
  /** The thing's name in the audit log. */
  readonly name: string;
  readonly projectId?: string | undefined;
  readonly resource: Resource;
  readonly before: T;
  readonly after: T;
  /** The action that a change of each setting needs. */
  readonly actions: Readonly<Partial<Record<keyof T & string, string>>>;
  /** Settings whose values the audit log must not show. */
  readonly secrets?: readonly (keyof T & string)[] | undefined;
  readonly titleVerb: string;
  readonly comment?: string | undefined;
  /** What must hold beyond the rights, checked once they are there. */
  readonly check?: () => Promise<void>;
  save(tx: Tx, after: T): Promise<void>;
  /** The thing as the audit log may keep it; as it is when absent. */
  readonly forAudit?: (thing: T) => unknown;
}

/**
 * Stores a thing whose settings have changed, if they have, under its next version. What has changed decides what the
 * actor must be allowed.
 * @throws Forbidden, StaleVersion, and what `check` throws
 */
export async function changeSettings<T extends { readonly version: number }>(
  write: Write,
  change: SettingsChange<T>,
): Promise<T> {
  const { before, forAudit = (thing: T) => thing } = change;
  const differences = settingDifferences(before, change.after, change.actions, change.secrets);
  if (differences.length === 0) return before;
  const accesses = accessesTo(
    change.resource,
    differences.map(({ action }) => action),
  );
  authorize(write.actor, accesses);
  await change.check?.();
  const after = { ...change.after, version: before.version + 1 };
  await change.save(write.tx, after);
  write.record({
    kind: change.kind,
    name: change.name,
    projectId: change.projectId,
    accesses,
    titleVerb: change.titleVerb,
    description: differences.map(({ words }) => words),
    comment: change.comment,
    before: forAudit(before),
    after: forAudit(after),
  });
  return after;
}
