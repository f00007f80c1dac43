import type { Caller } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { Conflict, InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import type { Project } from '../domain/project.ts';
import {
  createReleasePolicy as makePolicy,
  inOrder,
  isDefaultPolicy,
  MAX_RELEASE_POLICIES,
  RELEASE_POLICY_ACTIONS,
  type ReleasePolicy,
  reorderReleasePolicies as reorder,
  replaceReleasePolicy as replacePolicy,
} from '../domain/release/release-policy.ts';
import type { Db } from '../store/database.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { resourceStore } from '../store/resources.ts';
import { changeSettings } from './change-settings.ts';
import { metricGroups, metrics } from './grouped-metrics.ts';
import { type Deps, type Write, write } from './write.ts';

/** The release policies of projects. */
export const releasePolicies = resourceStore<ReleasePolicy>('release-policy', 'release policy');

/** The policies of a project in the order in which they are tried, the default one last. */
export async function listReleasePolicies(db: Db, projectId: string): Promise<readonly ReleasePolicy[]> {
  return inOrder(await releasePolicies.list(db, { projectId }));
}

const resourceOf = (project: Project, policy: ReleasePolicy) => specifier.inProject(project, 'release-policy', policy);

interface OfProject {
  readonly actor: Caller;
  readonly projectKey: string;
}

interface OfPolicy extends OfProject {
  readonly policyKey: string;
}

/** @throws NotFound, InvalidRequest, Forbidden, Conflict when the key is taken or there is a default policy already */
export async function createReleasePolicy(
  deps: Deps,
  request: OfProject & { readonly policy: unknown },
): Promise<ReleasePolicy> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const existing = await releasePolicies.list(write.tx, { projectId: project.id });
    const policy = makePolicy(request.policy, existing, write);
    const accesses = accessesTo(resourceOf(project, policy), ['createReleasePolicy']);
    authorize(request.actor, accesses);
    if (existing.length >= MAX_RELEASE_POLICIES) {
      throw new InvalidRequest(
        `Project ${show(project.key)} has ${MAX_RELEASE_POLICIES} release policies already, the most it can have`,
      );
    }
    await requireFitting(write, project, policy);
    await releasePolicies.insert(write.tx, { projectId: project.id }, policy);
    write.record({
      kind: 'release-policy',
      name: policy.name,
      projectId: project.id,
      accesses,
      titleVerb: 'created the release policy',
      description: [`Created the release policy ${policy.key}`],
      after: policy,
    });
    return policy;
  });
}

/** Puts other settings in the place of all there are. @throws NotFound, InvalidRequest, Forbidden, Conflict */
export async function replaceReleasePolicy(
  deps: Deps,
  request: OfPolicy & { readonly policy: unknown },
): Promise<ReleasePolicy> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const before = await releasePolicies.get(write.tx, { projectId: project.id }, request.policyKey);
    const after = replacePolicy(before, request.policy);
    return changeSettings<ReleasePolicy>(write, {
      kind: 'release-policy',
      name: after.name,
      projectId: project.id,
      resource: resourceOf(project, before),
      before,
      after,
      actions: RELEASE_POLICY_ACTIONS,
      titleVerb: 'updated the release policy',
      check: () => requireFitting(write, project, after),
      save: releasePolicies.save,
    });
  });
}

/**
 * Puts the policies with a scope in another order.
 * @param request `keys`: all their keys, each once
 * @returns them in that order
 * @throws NotFound, InvalidRequest, Forbidden
 */
export async function reorderReleasePolicies(
  deps: Deps,
  request: OfProject & { readonly keys: readonly string[] },
): Promise<readonly ReleasePolicy[]> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const existing = await listReleasePolicies(write.tx, project.id);
    const ordered: ReleasePolicy[] = [];
    for (const after of reorder(existing, request.keys)) {
      const before = await releasePolicies.get(write.tx, { projectId: project.id }, after.key);
      const stored = await changeSettings<ReleasePolicy>(write, {
        kind: 'release-policy',
        name: after.name,
        projectId: project.id,
        resource: resourceOf(project, before),
        before,
        after,
        actions: { position: 'updateReleasePolicyRank' },
        titleVerb: 'moved the release policy',
        save: releasePolicies.save,
      });
      ordered.push(stored);
    }
    return ordered;
  });
}

/** @throws NotFound, Forbidden */
export async function deleteReleasePolicy(deps: Deps, request: OfPolicy): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const policy = await releasePolicies.get(write.tx, { projectId: project.id }, request.policyKey);
    const accesses = accessesTo(resourceOf(project, policy), ['deleteReleasePolicy']);
    authorize(request.actor, accesses);
    await releasePolicies.delete(write.tx, policy.id);
    write.record({
      kind: 'release-policy',
      name: policy.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the release policy',
      description: [`Deleted the release policy ${policy.key}`],
      before: policy,
    });
  });
}

/** @throws InvalidRequest for environments, metrics and metric groups that are not there, Conflict for a second default policy */
async function requireFitting({ tx }: Write, project: Project, policy: ReleasePolicy): Promise<void> {
  const { scope, guardedReleaseConfig } = policy;
  const environments = await listAllEnvironments(tx, [project.id]);
  requireKnown('scope.environmentKeys', scope?.environmentKeys, environments, 'an environment');
  const known = await metrics.list(tx, { projectId: project.id });
  requireKnown('guardedReleaseConfig.metricKeys', guardedReleaseConfig?.metricKeys, known, 'a metric');
  const groups = await metricGroups.list(tx, { projectId: project.id });
  requireKnown('guardedReleaseConfig.metricGroupKeys', guardedReleaseConfig?.metricGroupKeys, groups, 'a metric group');
  if (!isDefaultPolicy(policy)) return;
  const others = await releasePolicies.list(tx, { projectId: project.id });
  const other = others.find((one) => one.key !== policy.key && isDefaultPolicy(one));
  if (other) {
    throw new Conflict(
      `scope: expected environments or flag tags, since project '${project.key}' has the default policy '${other.key}' already`,
    );
  }
}

function requireKnown(
  field: string,
  keys: readonly string[] = [],
  known: readonly { readonly key: string }[],
  what: string,
): void {
  const index = keys.findIndex((wanted) => !known.some(({ key }) => key === wanted));
  if (index < 0) return;
  throw new InvalidRequest(`${field}[${index}]: expected the key of ${what} of the project, got ${show(keys[index])}`);
}
