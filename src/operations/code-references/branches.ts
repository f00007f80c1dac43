import type { Caller } from '../../domain/access/actor.ts';
import type { Access } from '../../domain/access/resource.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { type Branch, countHunks, readBranch, requireNewer } from '../../domain/code-references/branch.ts';
import { readExtinctions } from '../../domain/code-references/extinction.ts';
import type { Repository } from '../../domain/code-references/repository.ts';
import { Fields } from '../../domain/fields.ts';
import {
  deleteBranches as removeBranches,
  findBranch,
  getBranch,
  saveBranch,
  type StoredBranch,
} from '../../store/code-branches.ts';
import { saveExtinctions } from '../../store/code-extinctions.ts';
import { getRepositoryForUpdate } from '../../store/code-repositories.ts';
import { type Deps, type Write, write } from '../write.ts';
import { repositoryResource } from './repositories.ts';

export interface ChangeBranches {
  readonly actor: Caller;
  /** In any case. */
  readonly repositoryName: string;
  /** As the request has it. */
  readonly body: unknown;
}

export interface ChangeBranch extends ChangeBranches {
  readonly branchName: string;
}

/**
 * Stores a branch that has been scanned, in place of what was found on it before.
 * @throws NotFound, InvalidRequest, Forbidden, Conflict when a later scan is stored
 */
export async function putBranch(deps: Deps, request: ChangeBranch): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const scanned = readBranch(request.body, request.branchName);
    const { repository, accesses } = await holdRepository(write, request);
    const { branch, references } = scanned;
    const before = await findBranch(write.tx, repository.id, branch.name);
    requireNewer(before, branch);
    const place = { id: before?.id ?? write.ids.objectId(), repositoryId: repository.id };
    await saveBranch(write.tx, place, scanned);
    const found = `${countHunks(references)} references in ${references.length} files`;
    record(write, repository, accesses, {
      description: `Stored the branch ${branch.name} at ${branch.head}: ${found}`,
      ...(before && { before: withoutPlace(before) }),
      after: branch,
    });
  });
}

/** Deletes branches with all that is known of them; names that nothing has do no harm. @throws NotFound, InvalidRequest, Forbidden */
export async function deleteBranches(deps: Deps, request: ChangeBranches): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const names = new Fields({ body: request.body }, '').strings('body');
    const { repository, accesses } = await holdRepository(write, request);
    const deleted = await removeBranches(write.tx, repository.id, [...new Set(names)]);
    if (deleted.length === 0) return;
    record(write, repository, accesses, {
      description: `Deleted branches: ${deleted.join(', ')}`,
      before: { branches: deleted },
      after: { branches: [] },
    });
  });
}

/** Stores revisions that took the last reference to a flag out of a branch. @throws NotFound, InvalidRequest, Forbidden */
export async function addExtinctions(deps: Deps, request: ChangeBranch): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const extinctions = readExtinctions(request.body);
    const { repository, accesses } = await holdRepository(write, request);
    const branch = await getBranch(write.tx, repository.id, request.branchName);
    if (extinctions.length === 0) return;
    await saveExtinctions(write.tx, branch.id, extinctions);
    // Without their names: who may see repositories may not see every project.
    const flags = new Set(extinctions.map(({ projKey, flagKey }) => `${projKey}/${flagKey}`));
    record(write, repository, accesses, {
      description: `Flags gone from the branch ${branch.name}: ${flags.size}`,
      after: { branch: branch.name, extinctions: extinctions.length },
    });
  });
}

/** Holds the repository, so that of two scans at once the later one stays. */
async function holdRepository(
  { tx }: Write,
  { actor, repositoryName }: ChangeBranches,
): Promise<{ readonly repository: Repository; readonly accesses: readonly Access[] }> {
  const repository = await getRepositoryForUpdate(tx, repositoryName);
  const accesses = accessesTo(repositoryResource(repository), ['updateCodeRefsRepositoryBranches']);
  authorize(actor, accesses);
  return { repository, accesses };
}

function record(
  write: Write,
  { name }: Repository,
  accesses: readonly Access[],
  { description, ...states }: { readonly description: string; readonly before?: unknown; readonly after: unknown },
): void {
  write.record({
    kind: 'code-reference-repository',
    name,
    projectId: undefined,
    accesses,
    titleVerb: 'updated branches of the code repository',
    description: [description],
    ...states,
  });
}

function withoutPlace({ id: _id, repositoryId: _repositoryId, ...branch }: StoredBranch): Branch {
  return branch;
}
