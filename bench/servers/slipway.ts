import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { SYSTEM } from '../../src/domain/access/actor.ts';
import { createFlag } from '../../src/operations/create-flag.ts';
import { createSlipway } from '../../src/slipway.ts';
import { getEnvironment } from '../../src/store/environments.ts';
import { getProject } from '../../src/store/projects.ts';
import { serve } from '../support/child.ts';

/** What the load generator has to know of a running Slipway. */
export interface SlipwayReady {
  readonly url: string;
  readonly token: string;
  /** Of the environment `production`. */
  readonly sdkKey: string;
}

const TOKEN = 'api-benchmarks-and-nothing-else';

serve(async ({ flags }: { flags: number }): Promise<SlipwayReady> => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const slipway = await createSlipway(
    readConfig({
      PORT: '0',
      DATABASE_URL: `sqlite:${join(folder, 'slipway.db')}`,
      SLIPWAY_ACCESS_TOKEN: TOKEN,
      SLIPWAY_ADMIN_PASSWORD: 'benchmarks',
      LOG_LEVEL: 'silent',
      SLIPWAY_FLAGS_PER_PROJECT: String(flags),
      SLIPWAY_RATE_LIMIT_GLOBAL: '0',
      SLIPWAY_RATE_LIMIT_ROUTE: '0',
    }),
  );
  for (let index = 0; index < flags; index++) {
    const flag = { key: `flag-${index}`, name: `Flag ${index}`, tags: [`team-${index % 10}`] };
    await createFlag(slipway, { actor: SYSTEM, projectKey: 'default', flag });
  }
  const { db } = slipway.database;
  const environment = await getEnvironment(db, (await getProject(db, 'default')).id, 'production');
  return { url: await slipway.listen(), token: TOKEN, sdkKey: environment.sdkKey };
});
