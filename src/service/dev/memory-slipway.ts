import { randomBytes, randomUUID } from 'node:crypto';
import { readConfig } from '../../config.ts';
import { createSlipway, type Slipway } from '../../slipway.ts';

/** A Slipway that forgets everything when it ends. */
export interface MemorySlipway {
  readonly slipway: Slipway;
  /** The owner's access token. */
  readonly token: string;
  readonly password: string;
  readonly email: string;
}

/** Makes one that does not listen yet. @param port 0 for any free one */
export async function createMemorySlipway({ host, port }: { host: string; port: number }): Promise<MemorySlipway> {
  const token = `api-${randomUUID()}`;
  const password = randomBytes(9).toString('base64url');
  const config = readConfig({
    DATABASE_URL: 'sqlite::memory:',
    HOST: host,
    PORT: `${port}`,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error',
    SLIPWAY_ACCESS_TOKEN: token,
    SLIPWAY_ADMIN_PASSWORD: password,
    SLIPWAY_FLAGS_PER_PROJECT: '9999999',
    SLIPWAY_RATE_LIMIT_GLOBAL: '0',
    SLIPWAY_RATE_LIMIT_ROUTE: '0',
  });
  return { slipway: await createSlipway(config), token, password, email: config.adminEmail };
}
