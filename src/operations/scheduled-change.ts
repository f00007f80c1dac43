import { type Step, semanticSteps } from '../domain/flag/apply-instructions.ts';
import type { Json } from '../domain/json.ts';
import { type Resource, resourceStore } from '../store/resources.ts';

/** Instructions that are carried out on a flag in an environment at their time. */
export interface ScheduledChange extends Resource {
  /** Who has set it, and as whom it is carried out. */
  readonly maintainerId: string;
  /** Unix milliseconds. */
  readonly executionDate: number;
  readonly instructions: readonly Json[];
  readonly comment?: string | undefined;
}

/** Changes that wait; those carried out are not among them any more. */
export const scheduledChanges = resourceStore<ScheduledChange>('scheduled-change', 'scheduled change');

/** The steps of a scheduled change. @throws InvalidRequest when there are none, or too many */
export function scheduledSteps(
  { instructions }: Pick<ScheduledChange, 'instructions'>,
  environmentKey: string,
): readonly Step[] {
  return semanticSteps({ instructions, environmentKey });
}
