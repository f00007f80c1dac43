import type { Actor } from '../domain/access/actor.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { Fields } from '../domain/fields.ts';
import {
  applySteps,
  requireReadable,
  type SemanticPatch,
  semanticSteps,
  type Step,
} from '../domain/flag/apply-instructions.ts';
import { type ExpiringTarget, type Flag, getConfig } from '../domain/flag/flag.ts';
import { NO_SURROUNDINGS } from '../domain/flag/surroundings.ts';
import { show } from '../domain/json.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { changeFlag } from './change-flag.ts';
import { type Deps, type Write, write } from './write.ts';

export interface PatchExpiringTargets {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly environmentKey: string;
  readonly instructions: SemanticPatch['instructions'];
  /** The kinds of instructions that the caller may use here. */
  readonly kinds: readonly string[];
  readonly comment?: string | undefined;
}

/** How the instructions went: each on its own, unlike those of other patches. */
export interface PatchedExpiringTargets {
  /** What became of the targets that successful instructions named, those removed left out. */
  readonly targets: readonly ExpiringTarget[];
  readonly failures: readonly { readonly instructionIndex: number; readonly message: string }[];
}

/**
 * Adds, moves and removes the ends of individual targets. Instructions that cannot be applied are passed over and told.
 * @throws NotFound, InvalidRequest for instructions that cannot be read, and what `changeFlag` throws
 */
export async function patchExpiringTargets(deps: Deps, request: PatchExpiringTargets): Promise<PatchedExpiringTargets> {
  const { environmentKey } = request;
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    getConfig(flag, environmentKey);
    const steps = semanticSteps({ instructions: request.instructions, environmentKey });
    requireKinds(steps, request.kinds);
    requireReadable(flag, steps);
    const { possible, failures } = sortOut(write, flag, steps);
    const change = { project, environments, flag, by: request.actor, comment: request.comment };
    const after = await changeFlag(write, { ...change, steps: possible });
    const named = new Set(possible.map(({ instruction }) => contextOf(instruction)));
    const { expiringTargets } = getConfig(after, environmentKey);
    return {
      targets: expiringTargets.filter((target) => named.has(nameOf(target.contextKind, target.contextKey))),
      failures,
    };
  });
}

function requireKinds(steps: readonly Step[], kinds: readonly string[]): void {
  for (const { instruction, at } of steps) {
    const kind = new Fields(instruction, `${at}.`).string('kind');
    if (kinds.includes(kind)) continue;
    throw new InvalidRequest(`${at}.kind: ${show(kind)} is not possible here; expected one of ${kinds.join(', ')}`);
  }
}

/** Tries the steps one after another, each on what those before it made. */
function sortOut(write: Write, flag: Flag, steps: readonly Step[]) {
  const possible: Step[] = [];
  const failures: { instructionIndex: number; message: string }[] = [];
  let state = flag;
  for (const [instructionIndex, step] of steps.entries()) {
    try {
      state = applySteps(state, [step], { ...write, surroundings: NO_SURROUNDINGS });
      possible.push(step);
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error;
      failures.push({ instructionIndex, message: error.message });
    }
  }
  return { possible, failures };
}

const nameOf = (contextKind: string, contextKey: string) => `${contextKind} ${contextKey}`;

function contextOf(instruction: unknown): string {
  const fields = new Fields(instruction, '');
  const userKey = fields.optional('userKey', fields.string);
  if (userKey !== undefined) return nameOf('user', userKey);
  return nameOf(fields.optional('contextKind', fields.string) || 'user', fields.string('contextKey'));
}
