import type { Caller } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { type Resource, specifier } from '../../domain/access/resource.ts';
import {
  createRepository as makeRepository,
  patchRepository,
  type Repository,
  REPOSITORY_ACTIONS,
} from '../../domain/code-references/repository.ts';
import type { DocumentPatch } from '../../domain/document-patch.ts';
import { lockAccount } from '../../store/account.ts';
import {
  deleteRepository as removeRepository,
  getRepository,
  getRepositoryForUpdate,
  insertRepository,
  requireFreeName,
  saveRepository,
} from '../../store/code-repositories.ts';
import { changeSettings } from '../change-settings.ts';
import { type Deps, write } from '../write.ts';

/** A repository as rights speak of it. */
export const repositoryResource = ({ name }: Repository): Resource =>
  specifier.inAccount('code-reference-repository', { key: name });

export interface CreateRepository {
  readonly actor: Caller;
  /** As the request has it. */
  readonly repository: unknown;
}

/** @throws InvalidRequest, Forbidden, Conflict when the name is taken */
export async function createRepository(deps: Deps, request: CreateRepository): Promise<Repository> {
  return write(deps, request.actor, async (write) => {
    await lockAccount(write.tx);
    const repository = makeRepository(request.repository, write);
    const accesses = accessesTo(repositoryResource(repository), ['createCodeRefsRepository']);
    authorize(request.actor, accesses);
    await requireFreeName(write.tx, repository.name, repository.id);
    await insertRepository(write.tx, repository);
    write.record({
      kind: 'code-reference-repository',
      name: repository.name,
      projectId: undefined,
      accesses,
      titleVerb: 'created the code repository',
      description: [`Created the code repository ${repository.name}`],
      after: repository,
    });
    return repository;
  });
}

export interface ChangeRepository {
  readonly actor: Caller;
  /** In any case. */
  readonly repositoryName: string;
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed, Conflict when the name is taken */
export async function updateRepository(
  deps: Deps,
  request: ChangeRepository & { readonly patch: DocumentPatch; readonly comment: string | undefined },
): Promise<Repository> {
  return write(deps, request.actor, async (write) => {
    await lockAccount(write.tx);
    const before = await getRepository(write.tx, request.repositoryName);
    const after = patchRepository(before, request.patch);
    return changeSettings<Repository>(write, {
      kind: 'code-reference-repository',
      name: after.name,
      resource: repositoryResource(before),
      before,
      after,
      actions: REPOSITORY_ACTIONS,
      titleVerb: 'updated the code repository',
      comment: request.comment,
      check: () => requireFreeName(write.tx, after.name, after.id),
      save: saveRepository,
    });
  });
}

/** Deletes a repository with its branches. @throws NotFound, Forbidden */
export async function deleteRepository(deps: Deps, request: ChangeRepository): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const repository = await getRepositoryForUpdate(write.tx, request.repositoryName);
    const accesses = accessesTo(repositoryResource(repository), ['deleteCodeRefsRepository']);
    authorize(request.actor, accesses);
    await removeRepository(write.tx, repository.id);
    write.record({
      kind: 'code-reference-repository',
      name: repository.name,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the code repository',
      description: [`Deleted the code repository ${repository.name}`],
      before: repository,
    });
  });
}
