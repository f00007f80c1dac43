import type { Environment } from '../shell/use-project.ts';
import { EnvironmentMark } from '../ui/parts.tsx';
import classes from './release.module.css';

/** An environment with its mark; undefined when it has been deleted. */
export function EnvironmentName({ environment }: { environment: Environment | undefined }) {
  if (!environment) return <span className={classes['environment']}>deleted environment</span>;
  return (
    <span className={classes['environment']}>
      <EnvironmentMark color={environment.color} isCritical={environment.critical} />
      <span>{environment.name}</span>
    </span>
  );
}
