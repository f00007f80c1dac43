import { InvalidRequest } from '../domain/errors.ts';
import type { Step } from '../domain/flag/apply-instructions.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { listApprovals } from '../store/approvals.ts';
import { stepsOf } from './approvals/approval-target.ts';
import { scheduledChanges, scheduledSteps } from './scheduled-change.ts';
import { simulate } from './simulate.ts';
import { stepsToCome, workflows } from './workflows/workflow.ts';
import type { Write } from './write.ts';

/** Something that waits to change a flag. */
interface Pending {
  readonly name: string;
  readonly steps: readonly Step[];
}

/**
 * Refuses a change of a flag that makes impossible what others have planned for it: scheduled changes, workflows,
 * and approval requests that are open (docs/wire/flags.md, "Pending changes"). What was impossible before does not count.
 * @throws InvalidRequest naming the first
 */
export async function requireNoConflicts(write: Write, before: Flag, after: Flag): Promise<void> {
  for (const { name, steps } of await listPending(write, before)) {
    const then = await simulate(write, before, steps);
    if (then instanceof InvalidRequest) continue;
    const now = await simulate(write, after, steps);
    if (now instanceof InvalidRequest) {
      throw new InvalidRequest(
        `The change conflicts with ${name}: ${now.message}; ignoreConflicts=true makes it anyway`,
      );
    }
  }
}

async function listPending({ tx }: Write, flag: Flag): Promise<readonly Pending[]> {
  const places = Object.entries(flag.environments).map(([key, { environmentId }]) => ({ key, environmentId }));
  const keyOf = (id: string | undefined) => places.find(({ environmentId }) => environmentId === id)?.key;
  const scheduled = (await scheduledChanges.listIn(tx, { flagId: flag.id })).flatMap(({ place, resource }) => {
    const key = keyOf(place.environmentId);
    const name = `scheduled change ${resource.id}`;
    return key === undefined ? [] : [{ name, steps: scheduledSteps(resource, key) }];
  });
  const planned = (await workflows.listIn(tx, { flagId: flag.id })).flatMap(({ place, resource }) => {
    const key = keyOf(place.environmentId);
    const steps = key === undefined ? [] : stepsToCome(resource, key);
    return steps.length === 0 ? [] : [{ name: `workflow ${resource.id}`, steps }];
  });
  const requests = (await listApprovals(tx, { resourceId: flag.id, isOpen: true })).map((request) => {
    const key = keyOf(request.environmentId);
    const environment = key === undefined ? undefined : { key };
    return { name: `approval request ${request.id}`, steps: stepsOf({ environment }, request) };
  });
  return [...scheduled, ...planned, ...requests];
}
