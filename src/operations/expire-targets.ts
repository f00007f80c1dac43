import { SYSTEM } from '../domain/access/actor.ts';
import type { Step } from '../domain/flag/apply-instructions.ts';
import type { ExpiringTarget } from '../domain/flag/flag.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlagForUpdate } from '../store/flags.ts';
import { findProjectById } from '../store/projects.ts';
import { changeFlag } from './change-flag.ts';
import { scheduleNextExpiration } from './schedule-expirations.ts';
import type { Write } from './write.ts';

/**
 * Removes the individual targets of a flag in an environment whose time has come, as a change by Slipway itself: what
 * the timer `expire-targets` does. A flag or environment that is gone needs nothing.
 * @param subject ids of the flag and the environment, as `scheduleNextExpiration` writes them
 */
export async function expireTargets(write: Write, subject: string): Promise<void> {
  const [flagId = '', environmentId] = subject.split(' ');
  const flag = await findFlagForUpdate(write.tx, flagId);
  const project = flag && (await findProjectById(write.tx, flag.projectId));
  const found = Object.entries(flag?.environments ?? {}).find(([, config]) => config.environmentId === environmentId);
  if (!flag || !project || !found) return;
  const [environmentKey, config] = found;
  const due = config.expiringTargets.filter(({ expirationDate }) => expirationDate <= write.now);
  if (due.length === 0) return scheduleNextExpiration(write, flag, config);
  await changeFlag(write, {
    project,
    environments: await listAllEnvironments(write.tx, [project.id]),
    flag,
    steps: due.map((target) => removal(environmentKey, target)),
    by: SYSTEM,
    comment: 'The time of individual targets has come',
  });
}

function removal(environmentKey: string, { contextKind, contextKey, variationId }: ExpiringTarget): Step {
  return {
    instruction: { kind: 'removeTargets', contextKind, variationId, values: [contextKey] },
    environmentKey,
    at: `environments.${environmentKey}.`,
    isDerived: true,
  };
}
