import type { Actor } from '../domain/access/actor.ts';
import { CONTEXT_KIND_WORDS, isContextKind } from '../domain/context-kind.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { semanticSteps } from '../domain/flag/apply-instructions.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { type Json, jsonEquals, show } from '../domain/json.ts';
import { changeFlag } from './change-flag.ts';
import { type FlagPlace, loadScene } from './flag-scene.ts';
import { requireNoConflicts } from './pending-conflicts.ts';
import { type Deps, write } from './write.ts';

export interface SetForContext extends FlagPlace {
  readonly actor: Actor;
  readonly contextKind: string;
  readonly contextKey: string;
  /** The value of a variation; null for none. */
  readonly setting: Json;
  readonly comment?: string | undefined;
}

/**
 * Targets a context by its key with the variation that has a value, or with none any more
 * (docs/wire/contexts.md, "Settings of a context").
 * @throws NotFound, InvalidRequest, and what `changeFlag` throws
 */
export async function setForContext(deps: Deps, request: SetForContext): Promise<void> {
  const { actor, contextKind, contextKey, comment } = request;
  if (!isContextKind(contextKind)) {
    throw new InvalidRequest(`contextKind: expected ${CONTEXT_KIND_WORDS}, got ${show(contextKind)}`);
  }
  await write(deps, actor, async (write) => {
    const { project, environments, environment, flag } = await loadScene(write, request);
    const variationId = request.setting === null ? undefined : variationOf(flag, request.setting);
    const held = (flag.environments[environment.key]?.targets ?? []).filter(
      (target) => target.contextKind === contextKind && target.values.includes(contextKey),
    );
    const instruct = (kind: string, to: string) => ({ kind, contextKind, values: [contextKey], variationId: to });
    const instructions = [
      ...held
        .filter((target) => target.variationId !== variationId)
        .map((target) => instruct('removeTargets', target.variationId)),
      ...(variationId === undefined ? [] : [instruct('addTargets', variationId)]),
    ];
    if (instructions.length === 0) return;
    const steps = semanticSteps({ instructions, environmentKey: environment.key });
    const after = await changeFlag(write, { project, environments, flag, steps, by: actor, comment });
    if (after !== flag) await requireNoConflicts(write, flag, after);
  });
}

function variationOf(flag: Flag, setting: Json): string {
  const variation = flag.variations.find(({ value }) => jsonEquals(value, setting));
  if (variation) return variation.id;
  const values = flag.variations.map(({ value }) => show(value)).join(', ');
  throw new InvalidRequest(`setting: expected the value of a variation (${values}) or null, got ${show(setting)}`);
}
