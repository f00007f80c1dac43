import { describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../tests/support/manual-clock.ts';
import { collectStartGarbage } from './start-garbage.ts';

describe('collectStartGarbage', () => {
  it('collects once, when the start is over', async () => {
    const clock = manualClock();
    const collect = vi.fn<(options: NodeJS.GCOptions) => void>();
    collectStartGarbage(clock, collect);
    await clock.advance(2_000);
    expect(collect).not.toHaveBeenCalled();
    await clock.advance(60_000);
    expect(collect.mock.calls).toEqual([[{ type: 'major', execution: 'sync', flavor: 'last-resort' }]]);
  });
});
