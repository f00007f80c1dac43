import type { Environment } from '../../domain/environment.ts';
import { type Flag, getConfig } from '../../domain/flag/flag.ts';
import { flagStatus } from '../../domain/flag/status.ts';
import { evaluatedAt, type LastEvaluation } from '../../store/evaluations.ts';
import type { FlagStatus, FlagStatusRep } from '../../wire/rest/flag-status.ts';
import { apiLink } from '../links.ts';

/** What the status of a flag is told from, beside the flag itself. */
export interface StatusView {
  readonly environment: Environment;
  /** Last evaluations, by `${environmentId} ${flagKey}`. */
  readonly evaluations: ReadonlyMap<string, LastEvaluation>;
  /** Unix milliseconds. */
  readonly now: number;
}

/** The status of a flag with its links. @throws NotFound when the flag has no configuration in the environment */
export function toFlagStatusRep(projectKey: string, flag: Flag, view: StatusView): FlagStatusRep {
  return {
    ...toFlagStatus(flag, view),
    _links: {
      self: apiLink('flag-statuses', projectKey, view.environment.key, flag.key),
      parent: apiLink('flags', projectKey, flag.key),
    },
  };
}

/** The status of a flag alone. @throws NotFound when the flag has no configuration in the environment */
export function toFlagStatus(flag: Flag, { environment, evaluations, now }: StatusView): FlagStatus {
  const last = evaluatedAt(flag, environment.id, evaluations);
  const name = flagStatus({
    flag,
    config: getConfig(flag, environment.key),
    environmentCreatedAt: environment.createdAt,
    lastRequestedAt: last?.lastRequestedAt,
    now,
  });
  return {
    name,
    ...(last && { lastRequested: new Date(last.lastRequestedAt).toISOString() }),
    ...(last?.defaultValue !== undefined && { default: last.defaultValue }),
  };
}
