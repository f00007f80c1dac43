import { join } from 'node:path';
import { serve } from '../support/child.ts';
import { createFlags, openSlipway, passingFolder, productionKeys } from '../support/slipway.ts';

/** A store that is filled and closed; it goes with the process. */
export interface SeedReady {
  readonly databaseUrl: string;
  readonly sdkKey: string;
}

serve(async ({ flags }: { flags: number }): Promise<SeedReady> => {
  const databaseUrl = `sqlite:${join(passingFolder(), 'slipway.db')}`;
  const slipway = await openSlipway(databaseUrl);
  await createFlags(slipway, flags);
  const { sdkKey } = await productionKeys(slipway);
  await slipway.close();
  return { databaseUrl, sdkKey };
});
