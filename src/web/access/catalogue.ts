import { ACCOUNT_KINDS } from './account-kinds.ts';
import { PROJECT_KINDS } from './project-kinds.ts';
import type { ResourceKind } from './resource-kind.ts';

/** Everything that policies can speak of here. */
export const RESOURCE_KINDS: readonly ResourceKind[] = [...PROJECT_KINDS, ...ACCOUNT_KINDS];

/** The kind of a specifier's types, such as `proj:env:flag`. */
export function kindOf(types: string): ResourceKind | undefined {
  return RESOURCE_KINDS.find((kind) => kind.types === types);
}
