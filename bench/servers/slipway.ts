import { getEnvironment } from '../../src/store/environments.ts';
import { getProject } from '../../src/store/projects.ts';
import { serve } from '../support/child.ts';
import { createFlags, openSlipway, TOKEN } from '../support/slipway.ts';

export interface SlipwayOptions {
  readonly flags: number;
  /** A fresh SQLite file when absent. */
  readonly databaseUrl?: string;
}

/** What the load generator has to know of a running Slipway. */
export interface SlipwayReady {
  readonly url: string;
  readonly token: string;
  /** Of the environment `production`. */
  readonly sdkKey: string;
  /** Of the same. */
  readonly clientSideId: string;
}

serve(async ({ flags, databaseUrl }: SlipwayOptions): Promise<SlipwayReady> => {
  const slipway = await openSlipway(databaseUrl);
  await createFlags(slipway, flags);
  const { db } = slipway.database;
  const { sdkKey, id } = await getEnvironment(db, (await getProject(db, 'default')).id, 'production');
  return { url: await slipway.listen(), token: TOKEN, sdkKey, clientSideId: id };
});
