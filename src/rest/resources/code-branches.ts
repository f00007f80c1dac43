import { Type } from 'typebox';
import { addExtinctions, deleteBranches, putBranch } from '../../operations/code-references/branches.ts';
import type { Deps } from '../../operations/write.ts';
import { getBranch, listBranches } from '../../store/code-branches.ts';
import { getRepository } from '../../store/code-repositories.ts';
import { BranchParams, BranchPut, BranchRep, RepositoryParams } from '../../wire/rest/code-reference.ts';
import { Links } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { loadReferences } from '../code-references.ts';
import { apiLink } from '../links.ts';
import { REPOSITORIES, toBranchRep } from '../representations/code-reference.ts';

const BranchQuery = Type.Object({
  projKey: Type.Optional(Type.String({ description: 'Only references to flags of this project' })),
  flagKey: Type.Optional(Type.String({ description: 'Only references to this flag' })),
});

/** What scanners expect of a success that has nothing to tell. */
const NoBody = Type.Unsafe<undefined>({ type: 'null', description: 'No body' });

/** Largest body with what was found on a branch, in bytes: as many hunks as there may be, of a few lines each. */
const BRANCH_BODY_LIMIT = 32 * 1024 * 1024;

/** Branches of repositories of code: list, read, store what was found, delete, and what has gone from them. */
export function codeBranchRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Code references'];
  const path = '/code-refs/repositories/:repo';
  const done = { 200: NoBody };

  app.get(
    `${path}/branches`,
    {
      schema: {
        summary: 'List branches',
        tags,
        params: RepositoryParams,
        response: { 200: Type.Object({ _links: Links, items: Type.Array(BranchRep) }) },
      },
    },
    async ({ params }) => {
      const repository = await getRepository(db, params.repo);
      const branches = await listBranches(db, repository.id);
      return {
        _links: {
          self: apiLink(...REPOSITORIES, repository.name, 'branches'),
          parent: apiLink(...REPOSITORIES, repository.name),
        },
        items: branches.map((branch) => toBranchRep(repository, branch)),
      };
    },
  );

  app.get(
    `${path}/branches/:branch`,
    {
      schema: {
        summary: 'Get a branch with its references',
        tags,
        params: BranchParams,
        querystring: BranchQuery,
        response: { 200: BranchRep },
      },
    },
    async ({ actor, params, query }) => {
      const repository = await getRepository(db, params.repo);
      const branch = await getBranch(db, repository.id, params.branch);
      const references = await loadReferences(db, actor, [branch], query);
      return toBranchRep(repository, branch, references.get(branch.id) ?? []);
    },
  );

  app.put(
    `${path}/branches/:branch`,
    {
      bodyLimit: BRANCH_BODY_LIMIT,
      schema: {
        summary: 'Store a branch with its references',
        tags,
        params: BranchParams,
        body: BranchPut,
        response: done,
      },
    },
    async ({ actor, params, body }, reply) => {
      await putBranch(deps, { actor, repositoryName: params.repo, branchName: params.branch, body });
      return reply.code(200).send(undefined);
    },
  );

  app.post(
    `${path}/branch-delete-tasks`,
    {
      schema: {
        summary: 'Delete branches',
        tags,
        params: RepositoryParams,
        body: Type.Unknown({ description: 'An array of names' }),
        response: done,
      },
    },
    async ({ actor, params, body }, reply) => {
      await deleteBranches(deps, { actor, repositoryName: params.repo, body });
      return reply.code(200).send(undefined);
    },
  );

  app.post(
    `${path}/branches/:branch/extinction-events`,
    {
      schema: {
        summary: 'Tell which flags have gone from a branch',
        tags,
        params: BranchParams,
        body: Type.Unknown({ description: 'An array of extinctions: revision, message, time, flagKey, projKey' }),
        response: done,
      },
    },
    async ({ actor, params, body }, reply) => {
      await addExtinctions(deps, { actor, repositoryName: params.repo, branchName: params.branch, body });
      return reply.code(200).send(undefined);
    },
  );
}
