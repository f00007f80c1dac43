import { ConfigError, type Config, describeSettings, processEnvironment, readConfig } from './config.ts';
import type { Seeded } from './operations/seed-account.ts';
import { createSlipway } from './slipway.ts';
import { VERSION } from './version.ts';

/** How long a stop may take before the process ends anyway. */
const STOP_DEADLINE_MS = 10_000;

const HELP = `Slipway: feature flags and release pipelines.

Usage: npm start               start the service
       npm start -- --help     show this
       npm start -- --version  show the version

Environment variables (also read from a file .env in the working directory):
${describeSettings()}
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  if (process.argv.includes('--version')) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const config = readConfigOrExit();
  const slipway = await createSlipway(config).catch((error: unknown) => fail(error, 1));
  stopOnSignal(() => slipway.close());
  const address = await slipway.listen().catch((error: unknown) => fail(error, 1));
  process.stdout.write(greeting(config, address, slipway.seeded));
}

function readConfigOrExit(): Config {
  try {
    return readConfig(processEnvironment());
  } catch (error) {
    if (error instanceof ConfigError) fail(`The configuration is not valid:\n${error.message}`, 2);
    throw error;
  }
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

/** A second signal changes nothing: terminals and npm both pass Ctrl-C on. */
function stopOnSignal(stop: () => Promise<void>): void {
  const onSignal = () => {
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error, 1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
}

function fail(reason: unknown, exitCode: number): never {
  process.stderr.write(`${reason instanceof Error ? reason.message : String(reason)}\n`);
  process.exit(exitCode);
}

await main();
