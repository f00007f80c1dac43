import { serve } from '../support/child.ts';
import { createFlags, openSlipway, productionKeys, TOKEN } from '../support/slipway.ts';

export interface SlipwayOptions {
  readonly flags: number;
  /** A fresh SQLite file when absent. */
  readonly databaseUrl?: string;
}

/** What the load generator has to know of a running Slipway; keys are of the environment `production`. */
export interface SlipwayReady {
  readonly url: string;
  readonly token: string;
  readonly sdkKey: string;
  readonly clientSideId: string;
}

serve(async ({ flags, databaseUrl }: SlipwayOptions): Promise<SlipwayReady> => {
  const slipway = await openSlipway(databaseUrl);
  await createFlags(slipway, flags);
  const keys = await productionKeys(slipway);
  return { url: await slipway.listen(), token: TOKEN, ...keys };
});
