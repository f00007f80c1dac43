import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../../src/domain/access/actor.ts';
import { write } from '../../../src/operations/write.ts';
import { getFlag, insertFlag } from '../../../src/store/flags.ts';
import { getProject } from '../../../src/store/projects.ts';
import { SEMANTIC } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const FLAGS = 5000;
/** Of the table: 25 flags and its head. */
const MOST_ROWS = 26;
const PAGES_READ = 5;
/** What a trace has to have in it to tell of tasks. */
const TASKS = ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'];

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, and those of them in which the processor worked on it. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** The tasks of the main thread of a page in a trace of the browser, the longest first, in milliseconds. */
function tasksIn(trace: Buffer): readonly { readonly worked: number; readonly took: number }[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const place = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args.name === 'CrRendererMain';
  const main = new Set(traceEvents.filter(isMain).map(place));
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && main.has(place(event)));
  return tasks
    .map(({ dur = 0, tdur = 0 }) => ({ worked: Math.round(tdur / 1000), took: Math.round(dur / 1000) }))
    .toSorted((one, other) => other.worked - one.worked);
}

describe.skipIf(!hasChromium)('a list of 5,000 flags', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb({ SLIPWAY_FLAGS_PER_PROJECT: String(FLAGS) });
    const [name, tags] = ['A flag with a name of eighty characters, which is about as long as names ever get', ['big']];
    await web.app.call({ method: 'POST', path: 'flags/default', body: { key: 'flag-0', name, tags } });
    const { variations } = (await web.app.call({ path: 'flags/default/flag-0' })).body;
    const rolloutWeights = { [variations[0]._id]: 25_000, [variations[1]._id]: 75_000 };
    const instructions = [{ kind: 'turnFlagOn' }, { kind: 'updateFallthroughVariationOrRollout', rolloutWeights }];
    const body = { environmentKey: 'production', instructions };
    await web.app.call({ method: 'PATCH', path: 'flags/default/flag-0', headers: SEMANTIC, body });
    await copyFlag('flag-0', FLAGS - 1);
  });
  afterAll(() => web.close());

  /** Stores copies of a flag. Requests would take a minute. */
  async function copyFlag(key: string, count: number): Promise<void> {
    const { db } = web.app.slipway.database;
    const project = await getProject(db, 'default');
    const flag = await getFlag(db, project.id, key);
    await write(web.app.slipway, SYSTEM, async ({ tx }) => {
      for (let index = 1; index <= count; index++) {
        const copy = { ...flag, id: randomUUID(), key: `flag-${index}`, name: `${index} ${flag.name}` };
        await insertFlag(tx, { ...copy, createdAt: flag.createdAt + index });
      }
    });
  }

  const rows = (page: Page) => page.getByRole('row').count();
  const scroll = async (page: Page) => {
    await page.mouse.move(700, 500);
    for (let step = 0; step < 8; step++) {
      await page.mouse.wheel(0, 320);
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    }
  };

  it('shows few at a time, however far somebody scrolls and pages', async ({ annotate }) => {
    const page = await web.open('/projects/default/flags');
    const browser = page.context().browser();
    await browser?.startTracing(page, { categories: TASKS });
    await page.reload();
    await page.getByText('5,000 flags', { exact: true }).waitFor();
    await page.getByRole('row').nth(1).waitFor();
    for (let number = 1; number <= PAGES_READ; number++) {
      await page.getByText(`${number} / ${FLAGS / 25}`).waitFor();
      await scroll(page);
      expect(await page.evaluate<number>('window.scrollY')).toBeGreaterThan(0);
      expect(await rows(page)).toBe(MOST_ROWS);
      await page.getByRole('button', { name: 'Next page' }).click();
    }
    // How long tasks are depends on what else the machine does: that is told, and docs/web.md has a figure.
    const tasks = tasksIn((await browser?.stopTracing()) ?? Buffer.from('{"traceEvents":[]}'));
    const slow = tasks.filter(({ took }) => took >= 50).length;
    const longest = `the longest needed ${tasks[0]?.worked} ms of the processor and was over after ${tasks[0]?.took} ms`;
    await annotate(`${tasks.length} tasks, ${slow} of 50 ms or more; ${longest}`);
    expect(tasks.length).toBeGreaterThan(100);
    await page.goto(`${web.url}/projects/default/flags?page=200`);
    await page.getByText('4,976–5,000 of 5,000').waitFor();
    await page.getByRole('link', { name: /^A flag with a name/ }).waitFor();
    await page.getByLabel('Name or key').fill('flag-49');
    await page.getByText('111 flags found').waitFor();
    await scroll(page);
    expect(await rows(page)).toBe(MOST_ROWS);
    expect(await overflow(page)).toBe(0);
    expect(faultsOf(page)).toEqual([]);
  });
});
