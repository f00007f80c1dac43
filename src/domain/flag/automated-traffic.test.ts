import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { aPlan } from '../../../tests/support/builders/a-run.ts';
import { parseContext } from '../evaluation/context.ts';
import { evaluate, type EvaluationSource } from '../evaluation/evaluate.ts';
import { dealTraffic, type RolloutPlan } from '../rollout/plan.ts';
import type { FlagConfig, Serve } from './flag.ts';
import { toSdkFlag } from './sdk-flag.ts';

const NOTHING: EvaluationSource = {
  findFlag: () => undefined,
  findSegment: () => undefined,
  findMembership: () => undefined,
};

function plan(changes: Partial<RolloutPlan> = {}): RolloutPlan {
  return aPlan({ originalVariationId: FALSE_ID, targetVariationId: TRUE_ID, ...changes });
}

function serveOf(of: RolloutPlan, allocation: number, isParked = false): Serve {
  const automated = { plan: of, ...(isParked && { isParked: true as const }) };
  return { rollout: { contextKind: 'user', variations: dealTraffic(of, allocation), automated } };
}

function sdkFlag(fallthrough: Serve, config: Partial<FlagConfig> = {}) {
  const flag = toSdkFlag(aFlag(), aConfig({ on: true, fallthrough, ...config }), new Map());
  if (!flag) throw new Error('the flag is not archived');
  return flag;
}

/** What a context is served (`true` is the target), and whether it is measured. */
function servedTo(key: string, fallthrough: Serve, kind = 'user') {
  const { value, reason } = evaluate(sdkFlag(fallthrough), parseContext({ kind, key }), NOTHING);
  return { isTarget: value === true, isMeasured: 'inExperiment' in reason };
}

const seeds = fc.integer({ min: 0, max: 2 ** 28 - 1 });
const KEYS = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);

describe('what SDKs get of an automated rollout', () => {
  const seed = 61;

  it('is an experiment when it is guarded', () => {
    expect(sdkFlag(serveOf(plan({ seed }), 10_000)).fallthrough).toEqual({
      rollout: {
        kind: 'experiment',
        contextKind: 'user',
        seed,
        variations: [
          { variation: 1, weight: 10_000 },
          { variation: 1, weight: 80_000, untracked: true },
          { variation: 0, weight: 10_000 },
        ],
      },
    });
  });

  it('is a rollout with a seed when it is progressive', () => {
    expect(sdkFlag(serveOf(plan({ seed, kind: 'progressive' }), 10_000)).fallthrough).toEqual({
      rollout: {
        kind: 'rollout',
        contextKind: 'user',
        seed,
        variations: [
          { variation: 1, weight: 90_000 },
          { variation: 0, weight: 10_000 },
        ],
      },
    });
  });

  it('measures nobody when nobody watches', () => {
    const { rollout } = sdkFlag(serveOf(plan({ seed }), 10_000, true)).fallthrough as {
      rollout: { variations: readonly { untracked?: boolean }[] };
    };
    expect(rollout.variations.map(({ untracked }) => untracked)).toEqual([true, true, true]);
    expect(KEYS.some((key) => servedTo(key, serveOf(plan({ seed }), 10_000, true)).isMeasured)).toBe(false);
  });
});

describe('the traffic of an automated rollout', () => {
  const allocations = fc
    .tuple(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 50_000 }))
    .map(([left, right]) => [Math.min(left, right), Math.max(left, right)] as const);

  it('grows without anybody going back, and nobody who is measured changes sides', () => {
    const property = fc.property(
      seeds,
      allocations,
      fc.constantFrom('guarded', 'progressive'),
      (seed, [few, more], kind) => {
        const of = plan({ seed, kind });
        const steps = KEYS.slice(0, 150).map((key) => ({
          before: servedTo(key, serveOf(of, few)),
          after: servedTo(key, serveOf(of, more)),
        }));
        const back = steps.filter(({ before, after }) => before.isTarget && !after.isTarget);
        const moved = steps.filter(
          ({ before, after }) => before.isMeasured && (!after.isMeasured || before.isTarget !== after.isTarget),
        );
        expect({ back, moved }).toEqual({ back: [], moved: [] });
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  it('gives both sides as many, and the rest what they had before', () => {
    const served = KEYS.map((key) => servedTo(key, serveOf(plan({ seed: 7 }), 20_000)));
    const count = (isTarget: boolean, isMeasured: boolean) =>
      served.filter((one) => one.isTarget === isTarget && one.isMeasured === isMeasured).length;
    expect(count(true, true) / KEYS.length).toBeCloseTo(0.2, 1);
    expect(count(false, true) / KEYS.length).toBeCloseTo(0.2, 1);
    expect(count(false, false) / KEYS.length).toBeCloseTo(0.6, 1);
    expect(count(true, false), 'whoever is served the target is measured').toBe(0);
  });

  it('is another one with another seed', () => {
    const target = (seed: number) => KEYS.filter((key) => servedTo(key, serveOf(plan({ seed }), 20_000)).isTarget);
    const again = new Set(target(2));
    const both = target(1).filter((key) => again.has(key)).length;
    expect(both / KEYS.length, 'a fifth of a fifth by chance').toBeLessThan(0.08);
  });

  it('serves contexts without the kind what they were served before, and does not measure them', () => {
    const property = fc.property(
      seeds,
      fc.integer({ min: 1, max: 50_000 }),
      fc.constantFrom('guarded', 'progressive'),
      fc.string({ minLength: 1 }),
      (seed, allocation, kind, key) => {
        const served = servedTo(key, serveOf(plan({ seed, kind }), allocation), 'device');
        expect(served).toEqual({ isTarget: false, isMeasured: false });
      },
    );
    fc.assert(property);
  });
});
