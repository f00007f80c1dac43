import type { Config } from '../config.ts';
import type { Seeded } from '../operations/seed-account.ts';
import { createSlipway } from '../slipway.ts';
import { configuration } from './configuration.ts';
import { collectStartGarbage } from './start-garbage.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** Runs the service until a signal ends it. @throws CommandError when it cannot start */
export async function start(): Promise<void> {
  const config = configuration();
  const slipway = await createSlipway(config);
  stopOnSignal(() => slipway.close());
  const address = await slipway.listen();
  process.stdout.write(greeting(config, address, slipway.seeded));
  collectStartGarbage(slipway.clock);
}

function greeting(config: Config, address: string, seeded: Seeded | undefined): string {
  const reached = config.baseUrl === undefined ? [] : [`It is reached at ${config.baseUrl}`];
  const lines = [`Slipway listens on ${address}`, ...reached, `Data is kept in ${withoutPassword(config.databaseUrl)}`];
  if (seeded) {
    lines.push('', 'First start. These are shown once and stored only as hashes:');
    lines.push(`  owner     ${seeded.email}`);
    if (seeded.generatedPassword) lines.push(`  password  ${seeded.generatedPassword}`);
    if (seeded.generatedAccessToken) lines.push(`  API token ${seeded.generatedAccessToken}`);
  }
  return `${lines.join('\n')}\n\n`;
}

function withoutPassword(databaseUrl: string): string {
  if (databaseUrl.startsWith('sqlite:')) return databaseUrl;
  const url = new URL(databaseUrl);
  url.password = url.password && '***';
  return url.href;
}
