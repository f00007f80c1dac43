import type { InstructionFamily } from './instruction.ts';
import { automatedReleases } from './instructions/automated-releases.ts';
import { bucketing } from './instructions/bucketing.ts';
import { clauses } from './instructions/clauses.ts';
import { customProperties } from './instructions/custom-properties.ts';
import { defaultRule } from './instructions/default-rule.ts';
import { eventTracking } from './instructions/event-tracking.ts';
import { expiringTargets } from './instructions/expiring-targets.ts';
import { lifecycle } from './instructions/lifecycle.ts';
import { maintainer } from './instructions/maintainer.ts';
import { migration } from './instructions/migration.ts';
import { prerequisites } from './instructions/prerequisites.ts';
import { rules } from './instructions/rules.ts';
import { settings } from './instructions/settings.ts';
import { switching } from './instructions/switching.ts';
import { targets } from './instructions/targets.ts';
import { variations } from './instructions/variations.ts';

/** Everything that can be done to a flag. The audit log tells differences in this order. */
export const FAMILIES: readonly InstructionFamily[] = [
  settings,
  customProperties,
  maintainer,
  variations,
  lifecycle,
  switching,
  prerequisites,
  targets,
  expiringTargets,
  rules,
  clauses,
  defaultRule,
  automatedReleases,
  eventTracking,
  bucketing,
  migration,
];
