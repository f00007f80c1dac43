import type { FastifyInstance } from 'fastify';
import { bareKey } from '../credentials.ts';
import type { SdkDeps } from '../server.ts';

/** Registers what Relay Proxies ask beside what SDKs do (docs/wire/relay-proxy.md). */
export async function relayApi(server: FastifyInstance, { streams, autoConfigStreams }: SdkDeps): Promise<void> {
  server.get('/relay_auto_config', { exposeHeadRoute: false }, async (request, reply) => {
    const beginning = await autoConfigStreams.open(bareKey(request.headers.authorization));
    await streams.open(reply, undefined, beginning);
  });
}
