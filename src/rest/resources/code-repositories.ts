import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { type Repository, REPOSITORY_ACTIONS } from '../../domain/code-references/repository.ts';
import {
  createRepository,
  deleteRepository,
  repositoryResource,
  updateRepository,
} from '../../operations/code-references/repositories.ts';
import type { Deps } from '../../operations/write.ts';
import { listBranches, type StoredBranch } from '../../store/code-branches.ts';
import { getRepository, listRepositories } from '../../store/code-repositories.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { Links } from '../../wire/rest/common.ts';
import { RepositoryParams, RepositoryPost, RepositoryRep } from '../../wire/rest/code-reference.ts';
import type { RestApp } from '../app.ts';
import { loadReferences } from '../code-references.ts';
import { apiLink } from '../links.ts';
import { parseDocumentPatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { REPOSITORIES, toBranchRep, toRepositoryRep } from '../representations/code-reference.ts';

const ListQuery = Type.Object({
  ...ExpandQuery.properties,
  withBranches: Type.Optional(Type.String({ description: 'Any value shows branches' })),
  withReferencesForDefaultBranch: Type.Optional(
    Type.String({ description: 'Any value shows branches, and the references of the default branch' }),
  ),
  projKey: Type.Optional(Type.String({ description: 'Only references to flags of this project' })),
  flagKey: Type.Optional(Type.String({ description: 'Only references to this flag; shows branches and references' })),
  branchName: Type.Optional(Type.String({ description: 'Only this branch; shows branches' })),
});

/** Repositories of code: list, create, read, JSON patch and merge patch, delete. */
export function codeRepositoryRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Code references'];
  const path = '/code-refs/repositories';

  app.get(
    path,
    {
      schema: {
        summary: 'List repositories of code',
        tags,
        querystring: ListQuery,
        response: { 200: Type.Object({ _links: Links, items: Type.Array(RepositoryRep) }) },
      },
    },
    async ({ actor, query }) => {
      const showsReferences = query.withReferencesForDefaultBranch !== undefined || query.flagKey !== undefined;
      const showsBranches = showsReferences || query.withBranches !== undefined || query.branchName !== undefined;
      const repositories = await listRepositories(db);
      const branches = (showsBranches ? await listBranches(db) : []).filter(
        ({ name }) => query.branchName === undefined || name === query.branchName,
      );
      const byRepository = Map.groupBy(branches, ({ repositoryId }) => repositoryId);
      const ofDefault = repositories.flatMap(({ id, defaultBranch }) =>
        (byRepository.get(id) ?? []).filter(({ name }) => name === defaultBranch),
      );
      const references = await loadReferences(db, actor, showsReferences ? ofDefault : [], query);
      const branchRep = (repository: Repository) => (branch: StoredBranch) =>
        toBranchRep(repository, branch, references.get(branch.id));
      return {
        _links: { self: apiLink(...REPOSITORIES) },
        items: repositories.map((repository) => ({
          ...toRep(actor, repository, query.expand),
          ...(showsBranches && { branches: (byRepository.get(repository.id) ?? []).map(branchRep(repository)) }),
        })),
      };
    },
  );

  app.post(
    path,
    {
      schema: { summary: 'Create a repository of code', tags, body: RepositoryPost, response: { 200: RepositoryRep } },
    },
    async ({ actor, body }) => toRepositoryRep(await createRepository(deps, { actor, repository: body })),
  );

  app.get(
    `${path}/:repo`,
    {
      schema: {
        summary: 'Get a repository of code',
        tags,
        params: RepositoryParams,
        querystring: ExpandQuery,
        response: { 200: RepositoryRep },
      },
    },
    async ({ actor, params, query }) => toRep(actor, await getRepository(db, params.repo), query.expand),
  );

  app.patch(
    `${path}/:repo`,
    {
      schema: {
        summary: 'Update a repository of code by JSON patch or merge patch',
        tags,
        params: RepositoryParams,
        body: Type.Unknown({ description: 'A JSON patch or a merge patch' }),
        response: { 200: RepositoryRep },
      },
    },
    async ({ actor, params, headers, body }) => {
      const patch = parseDocumentPatch(headers['content-type'], body);
      return toRepositoryRep(await updateRepository(deps, { actor, repositoryName: params.repo, ...patch }));
    },
  );

  app.delete(
    `${path}/:repo`,
    {
      schema: {
        summary: 'Delete a repository of code',
        tags,
        params: RepositoryParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params }, reply) => {
      await deleteRepository(deps, { actor, repositoryName: params.repo });
      return reply.code(204).send(null);
    },
  );
}

const ACTIONS = [...Object.values(REPOSITORY_ACTIONS), 'updateCodeRefsRepositoryBranches', 'deleteCodeRefsRepository'];

function toRep(caller: Caller, repository: Repository, expand: string | undefined): RepositoryRep {
  return {
    ...toRepositoryRep(repository),
    ...(wantsAccess(expand) && { _access: toAccessRep(caller, repositoryResource(repository), ACTIONS) }),
  };
}
