import { Checkbox } from '@mantine/core';
import { Link } from 'wouter';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { Environment } from '../../shell/use-project.ts';
import { EnvironmentMark, Tag } from '../../ui/parts.tsx';
import { personName, PersonMark } from '../../ui/person.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { EnvironmentState } from './environment-state.tsx';
import { releaseAddress } from '../../release/paths.ts';
import classes from './flags.module.css';
import { type Releasing, useReleasing } from './use-releasing.ts';
import { useStatuses } from './use-statuses.ts';

const TAGS_SHOWN = 4;

const MEANINGS: Readonly<Record<string, string>> = {
  new: 'Young, and no SDK has asked for it yet',
  active: 'Asked for in the last 7 days',
  inactive: 'Not asked for in the last 7 days',
  launched: 'Asked for, and the same for all since 7 days',
};

interface Props {
  readonly projectKey: string;
  readonly flags: readonly FlagRep[];
  readonly columns: readonly Environment[];
  /** What statuses are about. */
  readonly environment: Environment;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (keys: ReadonlySet<string>) => void;
}

/** Flags with their state in each environment. */
export function FlagTable({ projectKey, flags, columns, environment, chosen, onChoose }: Props) {
  const statusOf = useStatuses(
    projectKey,
    environment.key,
    flags.map(({ key }) => key),
  );
  const releaseOf = useReleasing(projectKey);
  const areAllChosen = flags.length > 0 && flags.every(({ key }) => chosen.has(key));
  const toggle = (key: string) => {
    const after = new Set(chosen);
    if (!after.delete(key)) after.add(key);
    onChoose(after);
  };
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th className={classes['choose']}>
            <Checkbox
              aria-label="Choose all on this page"
              checked={areAllChosen}
              indeterminate={!areAllChosen && chosen.size > 0}
              onChange={() => onChoose(new Set(areAllChosen ? [] : flags.map(({ key }) => key)))}
            />
          </th>
          <th>Flag</th>
          {columns.map(({ key, name, color, isProduction }) => (
            <th key={key} className={classes['environment']} data-critical={isProduction}>
              <span className={classes['environmentName']} title={name}>
                <EnvironmentMark color={color} isCritical={isProduction} />
                <span>{name}</span>
              </span>
            </th>
          ))}
          <th className={classes['status']} title={`In ${environment.name}`}>
            Status
          </th>
          <th className={classes['maintainer']}>Maintainer</th>
          <th className={classes['changed']}>Changed</th>
        </tr>
      </thead>
      <tbody>
        {flags.map((flag) => (
          <tr key={flag.key} data-chosen={chosen.has(flag.key)}>
            <td className={classes['choose']}>
              <Checkbox
                aria-label={`Choose ${flag.name}`}
                checked={chosen.has(flag.key)}
                onChange={() => toggle(flag.key)}
              />
            </td>
            <td>
              <FlagCell projectKey={projectKey} flag={flag} columns={columns} release={releaseOf(flag.key)} />
            </td>
            {columns.map(({ key, isProduction }) => (
              <td key={key} className={classes['environment']} data-critical={isProduction}>
                <EnvironmentState flag={flag} config={flag.environments?.[key]} />
              </td>
            ))}
            <td className={classes['status']}>
              <Status name={statusOf(flag.key)} environment={environment} />
            </td>
            <td className={classes['maintainer']}>
              <Maintainer flag={flag} />
            </td>
            <td className={classes['changed']}>
              <RelativeTime at={lastChange(flag, columns)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FlagCell({
  projectKey,
  flag,
  columns,
  release,
}: {
  projectKey: string;
  flag: FlagRep;
  columns: readonly Environment[];
  release: Releasing | undefined;
}) {
  const { change } = useUrlState();
  const hidden = flag.tags.length - TAGS_SHOWN;
  return (
    <div className={classes['flag']}>
      <Link href={`/projects/${encodeURIComponent(projectKey)}/flags/${encodeURIComponent(flag.key)}`}>
        {flag.name}
      </Link>
      <div className={classes['below']}>
        <code>{flag.key}</code>
        {flag._purpose === 'migration' && <span className={classes['badge']}>migration</span>}
        {!flag.temporary && <span className={classes['badge']}>permanent</span>}
        {flag.deprecated && <span className={classes['badge']}>deprecated</span>}
        {flag.archived && <span className={classes['badge']}>archived</span>}
        {release && (
          <Link
            className={classes['release'] ?? ''}
            href={releaseAddress(projectKey, flag.key)}
            title={`Released by ${release.pipelineName}: phase ${release.position} of ${release.phaseCount}`}
          >
            {release.phaseName} {release.position}/{release.phaseCount}
          </Link>
        )}
        {flag.tags.slice(0, TAGS_SHOWN).map((tag) => (
          <Tag key={tag} onClick={() => change({ tags: tag, page: undefined })}>
            {tag}
          </Tag>
        ))}
        {hidden > 0 && <span title={flag.tags.slice(TAGS_SHOWN).join(', ')}>+{hidden}</span>}
      </div>
      <ul className={classes['narrow']} aria-label="State by environment">
        {columns.map((environment) => (
          <li key={environment.key}>
            <EnvironmentMark color={environment.color} isCritical={environment.isProduction} />
            <span>{environment.name}</span>
            <EnvironmentState flag={flag} config={flag.environments?.[environment.key]} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How a flag is used in an environment (docs/wire/flag-statuses.md). */
function Status({ name, environment }: { name: string | undefined; environment: Environment }) {
  if (name === undefined) return null;
  return (
    <span className={classes['statusName']} data-status={name} title={`${MEANINGS[name] ?? ''} in ${environment.name}`}>
      {name}
    </span>
  );
}

function Maintainer({ flag: { _maintainer, _maintainerTeam } }: { flag: FlagRep }) {
  if (_maintainerTeam) return <span className={classes['who']}>{_maintainerTeam.name}</span>;
  if (!_maintainer) return <span className={classes['soft']}>nobody</span>;
  return (
    <span className={classes['who']} title={_maintainer.email}>
      <PersonMark person={_maintainer} />
      <span>{personName(_maintainer)}</span>
    </span>
  );
}

/** When targeting was changed last in any environment that is shown, in Unix milliseconds. */
function lastChange(flag: FlagRep, columns: readonly Environment[]): number {
  return Math.max(flag.creationDate, ...columns.map(({ key }) => flag.environments?.[key]?.lastModified ?? 0));
}
