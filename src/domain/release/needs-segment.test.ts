import { describe, expect, it } from 'vitest';
import { aRelease } from '../../../tests/support/builders/a-release.ts';
import { stillNeedsSegment } from './needs-segment.ts';
import type { AudienceStatus, PhaseStatus } from './release.ts';

const BETA = { environmentId: 'test-id', key: 'beta' };

function releaseTo(segmentKeys: readonly string[] | undefined, audience: AudienceStatus, phase: PhaseStatus) {
  const release = aRelease();
  const [first, ...others] = release.phases;
  if (!first) throw new Error('no phase');
  const audiences = first.audiences.map((one) => ({ ...one, segmentKeys, status: audience }));
  return { ...release, phases: [{ ...first, status: phase, audiences }, ...others] };
}

describe('stillNeedsSegment', () => {
  it.each<[boolean, readonly string[] | undefined, AudienceStatus, PhaseStatus]>([
    [true, ['vip', 'beta'], 'not-started', 'not-started'],
    [true, ['beta'], 'active', 'active'],
    [false, ['beta'], 'completed', 'active'],
    [false, ['beta'], 'skipped', 'ready-to-start'],
    [false, ['beta'], 'not-started', 'completed'],
    [false, ['vip'], 'active', 'active'],
    [false, undefined, 'active', 'active'],
  ])('is %s for an audience of %j that is %s in a phase that is %s', (expected, segmentKeys, audience, phase) => {
    const release = releaseTo(segmentKeys, audience, phase);
    expect(stillNeedsSegment(release, BETA)).toBe(expected);
    expect(stillNeedsSegment(release, { ...BETA, environmentId: 'production-id' })).toBe(false);
  });
});
