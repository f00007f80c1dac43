import type { Flag, FlagConfig, Serve } from '../flag/flag.ts';
import { servePart } from '../flag/copy-config.ts';
import type { Instruction } from '../flag/instruction.ts';
import { jsonEquals } from '../json.ts';
import { type PartChange, type PartName, type PartValue, partOf } from './flag-parts.ts';

/** A change of a release in an environment. */
export interface ChangeIn extends PartChange {
  readonly environmentId: string;
}

/** A part that somebody else has changed since. */
export interface UndoConflict {
  readonly environmentKey: string;
  readonly part: PartName;
}

/** What takes the changes of a release back in one environment. */
export interface UndoStep {
  readonly environmentKey: string;
  readonly instructions: readonly Instruction[];
}

export interface UndoPlan {
  readonly steps: readonly UndoStep[];
  readonly conflicts: readonly UndoConflict[];
}

/**
 * Plans to restore every part of a flag that a release has changed (docs/wire/releases.md, "Take back"). A part that is not
 * as the release has left it was changed by somebody else, unless it is back already; environments that are gone are left
 * alone.
 * @param environmentIds the environments in the order in which they are restored
 */
export function planUndo(flag: Flag, changes: readonly ChangeIn[], environmentIds: readonly string[]): UndoPlan {
  const places = environmentIds.flatMap((environmentId) => {
    const found = Object.entries(flag.environments).find(([, config]) => config.environmentId === environmentId);
    if (!found) return [];
    const [environmentKey, config] = found;
    const pending = changes.filter(
      (change) => change.environmentId === environmentId && !jsonEquals(partOf(config, change.part), change.before),
    );
    return [{ environmentKey, config, pending }];
  });
  return {
    conflicts: places.flatMap(({ environmentKey, config, pending }) =>
      pending.filter((change) => isMoved(config, change)).map(({ part }) => ({ environmentKey, part })),
    ),
    steps: places
      .filter(({ pending }) => pending.length > 0)
      .map(({ environmentKey, pending }) => ({ environmentKey, instructions: pending.flatMap(restore) })),
  };
}

const isMoved = (config: FlagConfig, { part, after }: PartChange) => !jsonEquals(partOf(config, part), after);

function restore({ part, before }: PartChange): readonly Instruction[] {
  if (part === 'on') return [{ kind: before === true ? 'turnFlagOn' : 'turnFlagOff' }];
  if (part === 'fallthrough') return [{ kind: 'updateFallthroughVariationOrRollout', ...servePart(before as Serve) }];
  const ruleId = part.slice('rule '.length);
  if (before === null) return [{ kind: 'removeRule', ruleId }];
  return [{ kind: 'updateRuleVariationOrRollout', ruleId, ...servePart(serveOf(before)) }];
}

function serveOf(part: Exclude<PartValue, null>): Serve {
  if (typeof part === 'object' && 'serve' in part) return part.serve;
  throw new Error('a rule has a serve');
}
