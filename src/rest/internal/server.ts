import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../operations/write.ts';
import { parseEveryBodyAsJson } from '../json-body.ts';
import { refuseOtherOrigins, type Site } from '../site.ts';
import { compileValidator } from '../validation.ts';
import { oidcRoutes, type OidcSettings } from './oidc.ts';
import { passwordRoutes } from './passwords.ts';
import { sessionRoutes } from './session.ts';

/** What the routes of people need. */
export type InternalDeps = Deps & { readonly site: Site; readonly oidc: OidcSettings | undefined };

/** Registers what people sign in by (docs/signing-in.md); to be called with the prefix `/internal`. */
export async function internalApi(server: FastifyInstance, deps: InternalDeps): Promise<void> {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  server.setValidatorCompiler(compileValidator);
  server.setSchemaErrorFormatter(([error]) => error as unknown as Error);
  parseEveryBodyAsJson(server);
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    refuseOtherOrigins(deps.site, request);
  });
  sessionRoutes(app, deps);
  passwordRoutes(app, deps);
  if (deps.oidc) oidcRoutes(app, deps, deps.oidc);
}
