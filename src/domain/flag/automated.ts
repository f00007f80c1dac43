import { type AutomatedRollout, type Flag, type FlagConfig, type Serve, variationLabel } from './flag.ts';

/** Something of a configuration that serves: the default rule, or a rule. */
export interface ServingPlace {
  /** Absent for the default rule. */
  readonly ruleId?: string;
  readonly serve: Serve;
}

/** An automated rollout that somebody watches, and where it is. */
export interface RunningRollout {
  readonly ruleId?: string;
  readonly contextKind: string;
  readonly automated: AutomatedRollout;
}

/** All that serves in a configuration, in the order in which it is tried. */
export function placesOf({ rules, fallthrough }: Pick<FlagConfig, 'rules' | 'fallthrough'>): readonly ServingPlace[] {
  return [...rules.map(({ id, serve }) => ({ ruleId: id, serve })), { serve: fallthrough }];
}

/** The automated rollout that is going on in a configuration. There is at most one. */
export function findRunningRollout(
  config: Pick<FlagConfig, 'rules' | 'fallthrough'> | undefined,
): RunningRollout | undefined {
  return config && runningRollouts(config)[0];
}

/** All automated rollouts of a configuration that are going on. */
export function runningRollouts(config: Pick<FlagConfig, 'rules' | 'fallthrough'>): readonly RunningRollout[] {
  return placesOf(config).flatMap(({ serve, ...place }) => {
    const automated = runningIn(serve);
    return automated && 'rollout' in serve ? [{ ...place, contextKind: serve.rollout.contextKind, automated }] : [];
  });
}

/** The automated rollout that deals a serve and is watched. */
export function runningIn(serve: Serve | undefined): AutomatedRollout | undefined {
  const automated = serve && 'rollout' in serve ? serve.rollout.automated : undefined;
  return automated?.isParked ? undefined : automated;
}

/** An automated rollout in words: what it leads to, and how far it has come. */
export function automatedWords(flag: Flag, { plan, isParked }: AutomatedRollout, allocation?: number): string {
  const [target, original] = [plan.targetVariationId, plan.originalVariationId].map((id) => variationLabel(flag, id));
  const share = allocation === undefined ? '' : `${allocation / 1000} % of `;
  return `${share}${target} in place of ${original} by a ${plan.kind} rollout${isParked ? ' that has stopped' : ''}`;
}

/** What a configuration serves to the target of an automated rollout, in thousandths of a percent. */
export function allocationOf(serve: Serve): number {
  if (!('rollout' in serve) || !serve.rollout.automated) return 0;
  const { targetVariationId } = serve.rollout.automated.plan;
  return serve.rollout.variations.find(({ variationId }) => variationId === targetVariationId)?.weightThousandths ?? 0;
}
