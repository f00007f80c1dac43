import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { CommandError } from '../../cli/command-error.ts';
import { InvalidRequest, Unauthorized } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import type { Json } from '../../domain/json.ts';
import type { DevServer } from './dev-server.ts';

/** What a `slipway dev` that runs says of itself. */
export interface DevState {
  readonly project: string;
  readonly environment: string;
  readonly source: string;
  readonly flags: number;
  readonly segments: number;
  readonly overrides: Readonly<Record<string, Json>>;
}

export function stateOf({ snapshot, overrides }: DevServer, source: string): DevState {
  const { project, environment, flags, segments } = snapshot;
  return {
    project: project.key,
    environment: environment.key,
    source,
    flags: flags.length,
    segments: segments.length,
    overrides,
  };
}

/** By which the other commands of `slipway dev` reach it (docs/dev.md); for the owner's token alone. */
export async function controlApi(
  server: FastifyInstance,
  { dev, token, source }: { readonly dev: DevServer; readonly token: string; readonly source: string },
): Promise<void> {
  server.addHook('onRequest', async ({ headers }) => {
    if (!isSame(headers.authorization ?? '', token)) throw new Unauthorized();
  });
  server.setErrorHandler((error) => {
    throw error instanceof CommandError ? new InvalidRequest(error.message) : error;
  });
  server.get('/dev', () => stateOf(dev, source));
  server.post('/dev/refresh', async () => {
    await dev.refresh();
    return stateOf(dev, source);
  });
  server.put<{ Params: { key: string } }>('/dev/overrides/:key', async ({ params, body }) => ({
    value: await dev.override(params.key, new Fields(body, '').string('value')),
  }));
  server.delete<{ Params: { key: string } }>('/dev/overrides/:key', async ({ params }, reply) => {
    await dev.removeOverride(params.key);
    return reply.code(204).send();
  });
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
