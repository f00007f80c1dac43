import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { serve } from '../support/child.ts';

export interface UnleashOptions {
  /** Where unleash-server is installed. */
  readonly folder: string;
  readonly databaseUrl: string;
}

export interface UnleashReady {
  readonly url: string;
  readonly adminToken: string;
  readonly frontendToken: string;
}

/** As much of the package as is used here. */
interface Unleash {
  start(options: object): Promise<{ readonly server: Server }>;
}

const ADMIN_TOKEN = '*:*.benchmarks-admin';
const FRONTEND_TOKEN = '*:development.benchmarks-frontend';

// It would limit itself to 20,000 requests a minute.
const UNLIMITED = String(1_000_000_000);
process.env['TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE'] = UNLIMITED;
process.env['SDK_API_RATE_LIMIT_PER_MINUTE'] = UNLIMITED;

/** The server of Unleash, without its log, its telemetry and its look for newer versions. */
serve(async ({ folder, databaseUrl }: UnleashOptions): Promise<UnleashReady> => {
  const entry = pathToFileURL(join(folder, 'dist/lib/server-impl.js')).href;
  const { start } = (await import(entry)) as Unleash;
  const token = { environment: 'development', projects: ['*'] };
  const { server } = await start({
    databaseUrl,
    db: { ssl: false },
    server: { port: 0, host: '127.0.0.1', gracefulShutdownEnable: false },
    authentication: {
      type: 'open-source',
      enableApiToken: true,
      initApiTokens: [
        { type: 'admin', tokenName: 'admin', secret: ADMIN_TOKEN, environment: '*', projects: ['*'] },
        { type: 'frontend', tokenName: 'frontend', secret: FRONTEND_TOKEN, ...token },
      ],
    },
    versionCheck: { enable: false },
    telemetry: false,
    logLevel: 'fatal',
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, adminToken: ADMIN_TOKEN, frontendToken: FRONTEND_TOKEN };
});
