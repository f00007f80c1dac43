import type { Access } from './access/resource.ts';

/** Kinds of resources that the audit log speaks of. */
export type ChangeKind =
  | 'account'
  | 'application'
  | 'code-reference-repository'
  | 'context-kind'
  | 'environment'
  | 'flag'
  | 'member'
  | 'metric'
  | 'metric-group'
  | 'project'
  | 'relay-proxy-config'
  | 'release'
  | 'release-pipeline'
  | 'release-policy'
  | 'role'
  | 'segment'
  | 'team'
  | 'token'
  | 'webhook';

/** One stored change of one resource: what the audit log keeps beside who did it and when. */
export interface Change {
  readonly kind: ChangeKind;
  /** The resource's name at that time. */
  readonly name: string;
  readonly projectId: string | undefined;
  /** What the actor needed to be allowed; for a change by a release, what anybody else would have needed. */
  readonly accesses: readonly Access[];
  /** Completes "Kim … New cart": "turned on the flag", "created the project". */
  readonly titleVerb: string;
  /** One sentence per difference. */
  readonly description: readonly string[];
  readonly comment?: string | undefined;
  /** The resource before and after; absent when it did not or does not exist. */
  readonly before?: unknown;
  readonly after?: unknown;
}
