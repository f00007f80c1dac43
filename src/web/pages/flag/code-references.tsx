import { Code } from '@mantine/core';
import type { BranchRep, RepositoryRep } from '../../../wire/rest/code-reference.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { useApi } from '../../api/use-api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './code-references.module.css';
import { hunkAddress } from './hunk-address.ts';
import { CodeIcon } from './icons.tsx';

type Reference = NonNullable<BranchRep['references']>[number];
type Hunk = Reference['hunks'][number];

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
}

/** Where code speaks of a flag, as scanners have told. */
export function CodeReferences({ projectKey, flag }: Props) {
  const query = { projKey: projectKey, flagKey: flag.key, withReferencesForDefaultBranch: true };
  const repositories = useApi<{ items: readonly RepositoryRep[] }>(['code-refs', 'repositories'], { query });
  if (repositories.error) {
    return <ErrorNotice error={repositories.error} onRetry={() => void repositories.refetch()} />;
  }
  if (!repositories.data) return <SkeletonRows count={5} />;
  const found = repositories.data.items.flatMap((repository) =>
    (repository.branches ?? []).flatMap((branch) =>
      branch.name === repository.defaultBranch && (branch.references ?? []).length > 0 ? [{ repository, branch }] : [],
    ),
  );
  if (found.length === 0) {
    return <NoReferences projectKey={projectKey} isScanned={repositories.data.items.length > 0} />;
  }
  return (
    <div className={classes['repositories']}>
      {found.map(({ repository, branch }) => (
        <Repository key={repository.name} repository={repository} branch={branch} />
      ))}
    </div>
  );
}

function NoReferences({ projectKey, isScanned }: { projectKey: string; isScanned: boolean }) {
  return (
    <section className={classes['none']} aria-label="Code references">
      <EmptyState
        icon={<CodeIcon size={22} />}
        title={isScanned ? 'No code speaks of this flag' : 'No code has been looked through yet'}
      >
        {isScanned
          ? 'The repositories that are looked through do not name its key. It may be time to archive it.'
          : 'Where code asks for this flag is shown here once a scanner has told it, so that nothing is forgotten when the flag goes.'}
      </EmptyState>
      <div className={classes['how']}>
        <p>
          The official scanner does it, best in the pipeline that builds your software. It needs an access token with
          the role writer (Settings, Access tokens):
        </p>
        <Code block>{scanCommand(projectKey)}</Code>
      </div>
    </section>
  );
}

function scanCommand(projectKey: string): string {
  return [
    'ld-find-code-refs \\',
    `  --baseUri=${location.origin} \\`,
    '  --accessToken=$SLIPWAY_ACCESS_TOKEN \\',
    `  --projKey=${projectKey} \\`,
    '  --repoName=my-repository \\',
    '  --dir=.',
  ].join('\n');
}

function Repository({ repository, branch }: { repository: RepositoryRep; branch: BranchRep }) {
  const references = branch.references ?? [];
  const count = references.reduce((sum, { hunks }) => sum + hunks.length, 0);
  const places = count === 1 ? '1 place' : `${count.toLocaleString('en')} places`;
  const files = references.length === 1 ? '1 file' : `${references.length.toLocaleString('en')} files`;
  return (
    <Section
      title={repository.name}
      action={
        repository.sourceLink && (
          <a href={repository.sourceLink} target="_blank" rel="noreferrer">
            Open the repository
          </a>
        )
      }
    >
      <p className={classes['about']}>
        {places} in {files} on <code>{branch.name}</code> at <code>{branch.head.slice(0, 8)}</code>, looked through{' '}
        <RelativeTime at={branch.syncTime} />
      </p>
      <ul className={classes['files']}>
        {references.map((reference) => (
          <li key={reference.path}>
            <h3>{reference.path}</h3>
            {reference.hunks.map((hunk, index) => (
              <Lines
                key={index}
                hunk={hunk}
                address={hunkAddress(repository.hunkUrlTemplate, {
                  sha: branch.head,
                  filePath: reference.path,
                  lineNumber: hunk.startingLineNumber,
                })}
              />
            ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Lines({ hunk, address }: { hunk: Hunk; address: string | undefined }) {
  const { startingLineNumber, lines, aliases = [] } = hunk;
  const words = `Line ${startingLineNumber.toLocaleString('en')}`;
  return (
    <div className={classes['hunk']}>
      <p>
        {address === undefined ? (
          words
        ) : (
          <a href={address} target="_blank" rel="noreferrer">
            {words}
          </a>
        )}
        {aliases.length > 0 && <span> · as {aliases.join(', ')}</span>}
      </p>
      {lines !== undefined && lines !== '' && (
        <pre className={classes['lines']} tabIndex={0}>
          {lines}
        </pre>
      )}
    </div>
  );
}
