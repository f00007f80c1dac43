import type { Branch, Reference } from '../../domain/code-references/branch.ts';
import type { Repository } from '../../domain/code-references/repository.ts';
import type { RepositoryStatistic } from '../../store/code-statistics.ts';
import type { BranchRep, RepositoryRep, StatisticRep } from '../../wire/rest/code-reference.ts';
import { apiLink } from '../links.ts';

/** The path of all repositories, below the root of the API. */
export const REPOSITORIES = ['code-refs', 'repositories'] as const;

export function toRepositoryRep(repository: Repository): RepositoryRep {
  const { name, sourceLink, commitUrlTemplate, hunkUrlTemplate } = repository;
  return {
    _links: {
      self: apiLink(...REPOSITORIES, name),
      parent: apiLink(...REPOSITORIES),
      branches: apiLink(...REPOSITORIES, name, 'branches'),
    },
    name,
    type: repository.type,
    ...(sourceLink !== undefined && { sourceLink }),
    ...(commitUrlTemplate !== undefined && { commitUrlTemplate }),
    ...(hunkUrlTemplate !== undefined && { hunkUrlTemplate }),
    defaultBranch: repository.defaultBranch,
    enabled: repository.enabled,
    version: repository.version,
  };
}

/** @param references what was found on the branch, where that is to be shown */
export function toBranchRep(
  { name: repositoryName }: Repository,
  { name, head, updateSequenceId, syncTime }: Branch,
  references?: readonly Reference[],
): BranchRep {
  return {
    _links: {
      self: apiLink(...REPOSITORIES, repositoryName, 'branches', name),
      parent: apiLink(...REPOSITORIES, repositoryName, 'branches'),
    },
    name,
    head,
    ...(updateSequenceId !== undefined && { updateSequenceId }),
    syncTime,
    ...(references && { references: references.map(toReferenceRep) }),
  };
}

function toReferenceRep({ path, hint, hunks }: Reference) {
  return {
    path,
    ...(hint !== undefined && { hint }),
    hunks: hunks.map(({ startingLineNumber, lines, projKey, flagKey, aliases }) => ({
      startingLineNumber,
      ...(lines !== undefined && { lines }),
      ...(projKey !== undefined && { projKey }),
      ...(flagKey !== undefined && { flagKey }),
      ...(aliases && { aliases: [...aliases] }),
    })),
  };
}

export function toStatisticRep({
  repository,
  hunkCount,
  fileCount,
  latestCommitTime,
}: RepositoryStatistic): StatisticRep {
  const { name, type, sourceLink = '', defaultBranch, enabled, version } = repository;
  return {
    _links: { self: apiLink(...REPOSITORIES, name) },
    name,
    type,
    sourceLink,
    defaultBranch,
    enabled,
    version,
    hunkCount,
    fileCount,
    ...(latestCommitTime !== undefined && { latestCommitTime }),
  };
}
