import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WORLDS } from '../../../tests/support/random-worlds.ts';
import { anSdkFlag } from '../../../tests/support/sdk-items.ts';
import { sourceOf } from '../../../tests/support/worlds.ts';
import { toClientFlag } from '../../domain/evaluation/client-flag.ts';
import { parseContext } from '../../domain/evaluation/context.ts';
import { evaluate, servedByGates } from '../../domain/evaluation/evaluate.ts';
import type { Evaluation } from '../../domain/evaluation/evaluation.ts';
import { gatesOf } from '../../domain/evaluation/gates.ts';
import type { SdkFlag } from '../../domain/evaluation/sdk-model.ts';
import { ServedState } from '../served-state.ts';
import { emptySnapshot, nextSnapshot } from '../snapshot.ts';
import { ShownFlag, ShownFlags, shownFlags } from './shown-flags.ts';

const FLAG = anSdkFlag({
  key: 'flag "1"',
  version: 7,
  prerequisites: ['first', 'hidden', 'last'].map((key) => ({ key, variation: 0 })),
  rules: [{ id: 'rule', clauses: [], variation: 0, trackEvents: true }],
  variations: ['yes', 'no'],
});

/** Outcomes that are told differently though they serve the same. */
const EVALUATIONS: readonly Evaluation[] = (
  [
    { kind: 'OFF' },
    { kind: 'FALLTHROUGH' },
    { kind: 'FALLTHROUGH', inExperiment: true },
    { kind: 'RULE_MATCH', ruleIndex: 0, ruleId: 'rule' },
    { kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'first' },
    { kind: 'ERROR', errorKind: 'MALFORMED_FLAG' },
  ] as const
).map((reason) => ({ value: 'yes', variationIndex: 0, reason }));

const sees = (key: string) => key !== 'hidden';

/** `SHOWN_RUNS=100000` looks longer. */
const RUNS = Number(process.env['SHOWN_RUNS'] ?? 3_000);

describe('ShownFlag', () => {
  it.each([false, true])('writes each outcome as it is, each time (with reasons: %s)', (withReasons) => {
    const shown = new ShownFlag(FLAG, 9, sees);
    for (const evaluation of [...EVALUATIONS, ...EVALUATIONS]) {
      const told = toClientFlag(FLAG, evaluation, { version: 9, withReasons, sees });
      const { text } = shown.write(evaluation, withReasons);
      expect(text).toBe(`${JSON.stringify(FLAG.key)}:${JSON.stringify(told)}`);
      expect(shown.write(evaluation, !withReasons).text === text).toBe(reasonIsToldAnyway(told));
    }
  });
});

/** In experiments SDKs need the reason, whether they ask for it or not. */
const reasonIsToldAnyway = ({ trackReason }: { trackReason?: true }) => trackReason === true;

/** A flag of which gates decide, unless they lead to a rule that asks for more. */
const withGatesOnly = (flag: SdkFlag): SdkFlag => ({
  ...flag,
  prerequisites: [],
  targets: [],
  contextTargets: [],
  rules: flag.rules.filter((_, index) => gatesOf(flag)[index] !== undefined),
});

describe('ShownFlags', () => {
  it('writes what each flag serves, whether gates decide or not', () => {
    let decided = 0;
    fc.assert(
      fc.property(WORLDS, fc.boolean(), (world, withReasons) => {
        const whole = [world.flag, world.left, world.right];
        const flags = [...whole, ...whole.map(withGatesOnly)];
        const source = sourceOf(world);
        const shown = new ShownFlags(flags.map((flag) => new ShownFlag(flag, 9, sees)));
        for (const context of world.contexts.map(parseContext)) {
          const told = flags.map((flag) => {
            const client = toClientFlag(flag, evaluate(flag, context, source), { version: 9, withReasons, sees });
            return `${JSON.stringify(flag.key)}:${JSON.stringify(client)}`;
          });
          expect(shown.write(context, source, withReasons).map(({ text }) => text)).toEqual(told);
        }
        decided += flags.filter((flag) => flag.on && flag.rules.length > 0 && servedByGates(flag)).length;
      }),
      { numRuns: RUNS },
    );
    expect(decided).toBeGreaterThan(RUNS / 20);
  });
});

describe('shownFlags', () => {
  const changed = (version: number, key: string) => {
    const document = JSON.stringify({ ...FLAG, key, version, prerequisites: [] });
    return { kind: 'flag' as const, key, version, sequence: version, document };
  };

  it('writes anew only what has changed, and lets go of what was before', async () => {
    const first = nextSnapshot(emptySnapshot('environment'), [changed(1, 'a'), changed(2, 'b')]);
    const second = nextSnapshot(first, [changed(3, 'a')]);
    const kim = parseContext({ kind: 'user', key: 'kim' });
    const nothing = { findFlag: () => undefined, findSegment: () => undefined, findMembership: () => undefined };
    const write = (state: ServedState) => shownFlags(state, 'browser').write(kim, nothing, false);
    let before: ServedState | undefined = new ServedState(first);
    const [a, b] = write(before);
    const after = new ServedState(second, before);
    const [newA, newB] = write(after);
    expect(newA).not.toEqual(a);
    expect(newB).toBe(b);
    const gone = new WeakRef(before);
    before = undefined;
    await setImmediate();
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    expect(gone.deref()).toBeUndefined();
    expect(write(after)).toEqual([newA, newB]);
  });
});
