import { describe, expect, it } from 'vitest';
import { afterAnswer, checksAt, type GateCheck, haveAgreed, isHeard } from './gate-check.ts';
import type { Gate } from './pipeline.ts';

const gate = (kind: Gate['kind'], url = 'https://example.com'): Gate => ({ kind, url, timeoutMs: 1_000 });
const OCCASION = { releaseId: 'r', phaseId: 'p', kind: 'confirm-rollout', step: 0, openedAt: 10 } as const;

function aCheck(changes: Partial<GateCheck> = {}): GateCheck {
  const [check] = checksAt([gate('confirm-rollout')], OCCASION, 10);
  if (!check) throw new Error('there is a gate');
  return { ...check, ...changes };
}

describe('checks of an occasion', () => {
  it('are of its kind, with the place of each gate', () => {
    const gates = [gate('confirm-rollout', 'https://a'), gate('rollback'), gate('confirm-rollout', 'https://b')];
    const checks = checksAt(gates, OCCASION, 20);
    expect(checks.map(({ url, position, state, dueAt }) => [url, position, state, dueAt])).toEqual([
      ['https://a', 0, 'waiting', 20],
      ['https://b', 2, 'waiting', 20],
    ]);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(2);
    expect(checksAt(undefined, OCCASION, 20)).toEqual([]);
  });

  it('have agreed when each of them has, in this wait', () => {
    const wanted = [aCheck(), aCheck({ id: 'other' })];
    const agreed = wanted.map((check) => afterAnswer(check, { status: 200 }, 20));
    expect(haveAgreed(wanted, agreed)).toBe(true);
    expect(haveAgreed([], [])).toBe(true);
    expect(haveAgreed(wanted, agreed.slice(1))).toBe(false);
    expect(haveAgreed(wanted, [...agreed.slice(1), aCheck()])).toBe(false);
    expect(haveAgreed([aCheck({ openedAt: 11 })], agreed)).toBe(false);
  });
});

describe('an answer', () => {
  it.each([200, 204, 299])('agrees with status %i', (status) => {
    expect(afterAnswer(aCheck(), { status }, 50)).toMatchObject({
      state: 'agreed',
      lastStatus: status,
      answeredAt: 50,
    });
  });

  it.each([{ status: 199 }, { status: 302 }, { status: 403 }, { status: 500 }, { error: 'gone' }])(
    'holds with %o, and the gate is asked again',
    (answer) => {
      expect(afterAnswer(aCheck(), answer, 50)).toMatchObject({ state: 'waiting', asked: 1, dueAt: 5_050 });
    },
  );

  it('forgets the one before', () => {
    const after = afterAnswer(aCheck({ lastStatus: 403 }), { error: 'gone' }, 50);
    expect(after).toMatchObject({ lastStatus: undefined, lastError: 'gone' });
  });

  it('is waited for longer and longer, up to five minutes', () => {
    const pauses = [0, 1, 2, 5, 6, 5_000].map((asked) => afterAnswer(aCheck({ asked }), { status: 403 }, 0).dueAt);
    expect(pauses).toEqual([5_000, 10_000, 20_000, 160_000, 300_000, 300_000]);
  });

  it('of a gate that may ask for a rollback is asked for every ten seconds', () => {
    expect(afterAnswer(aCheck({ kind: 'rollback', asked: 9 }), { status: 403 }, 0).dueAt).toBe(10_000);
  });
});

describe('a gate', () => {
  it('is heard when it has said something of late', () => {
    const heard = (changes: Partial<GateCheck>) => isHeard(aCheck(changes), 120_000);
    expect(heard({ lastStatus: 403, answeredAt: 0 })).toBe(true);
    expect(heard({ lastStatus: 403, answeredAt: -1 })).toBe(false);
    expect(heard({ lastStatus: 500, answeredAt: 0 })).toBe(false);
    expect(heard({ lastError: 'gone', answeredAt: 0 })).toBe(false);
    expect(heard({})).toBe(false);
  });
});
