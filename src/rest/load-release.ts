import type { Release } from '../domain/release/release.ts';
import { findTokens } from '../store/access-tokens.ts';
import type { Db } from '../store/database.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { listGateChecks } from '../store/gate-checks.ts';
import { findMembers } from '../store/members.ts';
import type { ReleaseRep } from '../wire/rest/release.ts';
import { toReleaseRep } from './representations/release.ts';

/** A release as the API shows it, with who has started and completed its phases. */
export async function loadReleaseRep(
  db: Db,
  { projectKey, flagKey }: { readonly projectKey: string; readonly flagKey: string },
  release: Release,
): Promise<ReleaseRep> {
  const starters = release.phases.flatMap(({ startedBy, completedBy }) => completedBy ?? startedBy ?? []);
  const idsOf = (kind: 'member' | 'token') => starters.filter((starter) => starter.kind === kind).map(({ id }) => id);
  return toReleaseRep(release, flagKey, {
    projectKey,
    environments: await listAllEnvironments(db, [release.projectId]),
    members: await findMembers(db, idsOf('member')),
    gateChecks: await listGateChecks(db, release.id),
    tokens: await findTokens(db, idsOf('token')),
  });
}
