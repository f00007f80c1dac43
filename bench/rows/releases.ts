import type { BacklogReady } from '../servers/backlog.ts';
import { startServer } from '../support/child.ts';
import type { Row } from '../support/row.ts';

/** Releases whose timers are all due at once, as after a pause of the service, on SQLite. */
export const releases: Row = {
  name: 'releases',
  async run(isQuick) {
    const count = isQuick ? 200 : 10_000;
    const backlog = await startServer<BacklogReady>('backlog', { releases: count });
    await backlog.stop();
    const { perSecond, cpuMilliseconds } = backlog.ready;
    return [
      {
        name: `backlog of ${count} releases`,
        ours: `${Math.round(perSecond)}/s`,
        bare: '',
        ratio: '',
        bar: 'over 200/s',
      },
      { name: '  processor time of a release', ours: `${cpuMilliseconds.toFixed(2)} ms`, bare: '', ratio: '', bar: '' },
    ];
  },
};
