import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { Type } from 'typebox';
import { InvalidRequest, MethodNotAllowed, SlipwayError } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import type { Deps } from '../operations/write.ts';
import { ErrorBody } from '../wire/rest/common.ts';
import type { RestApp } from './app.ts';
import { callerId, checkVersion, identify, requireVisibleProject } from './auth.ts';
import { sendError } from './errors.ts';
import { isStorable, parseEveryBodyAsJson } from './json-body.ts';
import { accessTokenRoutes } from './resources/access-tokens.ts';
import { applicationVersionRoutes } from './resources/application-versions.ts';
import { applicationRoutes } from './resources/applications.ts';
import { approvalRoutes } from './resources/approvals.ts';
import { approvalSettingsRoutes } from './resources/approval-settings.ts';
import { automatedReleaseResultRoutes } from './resources/automated-release-results.ts';
import { automatedReleaseRoutes } from './resources/automated-releases.ts';
import { auditLogRoutes } from './resources/audit-log.ts';
import { codeBranchRoutes } from './resources/code-branches.ts';
import { codeRepositoryRoutes } from './resources/code-repositories.ts';
import { codeStatisticsRoutes } from './resources/code-statistics.ts';
import { customRoleRoutes } from './resources/custom-roles.ts';
import { dependentFlagRoutes } from './resources/dependent-flags.ts';
import { environmentRoutes } from './resources/environments.ts';
import { connectedSdkRoutes } from './resources/connected-sdks.ts';
import { contextKindRoutes } from './resources/context-kinds.ts';
import { contextSettingRoutes } from './resources/context-settings.ts';
import { contextRoutes } from './resources/contexts.ts';
import { evaluationUsageRoutes } from './resources/evaluation-usage.ts';
import { evaluationRoutes } from './resources/evaluations.ts';
import { expiringTargetRoutes } from './resources/expiring-targets.ts';
import { flagDefaultsRoutes } from './resources/flag-defaults.ts';
import { flagLinkRoutes } from './resources/flag-links.ts';
import { flagListRoutes } from './resources/flag-list.ts';
import { flagStatusRoutes } from './resources/flag-statuses.ts';
import { flagTriggerRoutes } from './resources/flag-triggers.ts';
import { flagRoutes } from './resources/flags.ts';
import { migrationSafetyRoutes } from './resources/migration-safety.ts';
import { followerRoutes } from './resources/followers.ts';
import { memberRoutes } from './resources/members.ts';
import { metricGroupRoutes } from './resources/metric-groups.ts';
import { measuredRolloutRoutes } from './resources/measured-rollouts.ts';
import { measuredRolloutListRoutes } from './resources/measured-rollout-list.ts';
import { metricRoutes } from './resources/metrics.ts';
import { changeNoticeRoutes } from './resources/change-notices.ts';
import { noticeRoutes } from './resources/notices.ts';
import { openFeatureManifestRoutes } from './resources/openfeature-manifest.ts';
import { otherRoutes } from './resources/other.ts';
import { projectRoutes } from './resources/projects.ts';
import { relayProxyConfigRoutes } from './resources/relay-proxy-configs.ts';
import { releasePipelineRoutes } from './resources/release-pipelines.ts';
import { releaseProgressionRoutes } from './resources/release-progressions.ts';
import { releasePolicyRoutes } from './resources/release-policies.ts';
import { releaseSteeringRoutes } from './resources/release-steering.ts';
import { releaseRoutes } from './resources/releases.ts';
import { scheduledChangeRoutes } from './resources/scheduled-changes.ts';
import { segmentTargetRoutes } from './resources/segment-targets.ts';
import { segmentRoutes } from './resources/segments.ts';
import { stopSignalRoutes } from './resources/stop-signals.ts';
import { tagRoutes } from './resources/tags.ts';
import { teamRoutes } from './resources/teams.ts';
import { webhookRoutes } from './resources/webhooks.ts';
import { wholeResourceRoutes } from './resources/whole-resources.ts';
import { workflowRoutes } from './resources/workflows.ts';
import { type RateLimiter, rateLimitHeaders } from './rate-limits.ts';
import type { Site } from './site.ts';
import { compileValidator } from './validation.ts';

/** Largest file of a form, in bytes. */
const MAX_FILE_SIZE = 64 * 1024 * 1024;

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Registers the management API; to be called with the prefix `/api/v2`. */
export async function restApi(
  server: FastifyInstance,
  deps: Deps & { readonly baseUrl: string | undefined; readonly site: Site; readonly limiter: RateLimiter },
): Promise<void> {
  const app: RestApp = server.withTypeProvider<TypeBoxTypeProvider>();
  const methods = watchMethods(server);
  const { limiter } = deps;
  const gate = { deps, site: deps.site, limiter };
  server.setValidatorCompiler(compileValidator);
  server.setErrorHandler(sendError);
  server.setSchemaErrorFormatter(([error]) => error as unknown as Error);
  parseEveryBodyAsJson(server);
  await server.register(multipart, { limits: { files: 1, fileSize: MAX_FILE_SIZE } });
  await server.register(cors, {
    origin: true,
    // OPTIONS without the headers of a preflight is answered like one.
    strictPreflight: false,
    methods: ['OPTIONS', ...METHODS],
    allowedHeaders: [
      'Accept',
      'Accept-Encoding',
      'Authorization',
      'Content-Length',
      'Content-Type',
      'LD-API-Version',
      'X-HTTP-Method-Override',
    ],
    exposedHeaders: [
      'X-Ratelimit-Global-Remaining',
      'X-Ratelimit-Route-Remaining',
      'X-Ratelimit-Reset',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 300,
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      servers: [{ url: deps.baseUrl ?? '/' }],
      info: { title: 'Slipway', description: 'Feature flags and release pipelines', version: '2.0' },
      components: { securitySchemes: { ApiKey: { type: 'apiKey', name: 'Authorization', in: 'header' } } },
      security: [{ ApiKey: [] }],
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    // SDK keys, and whatever else an answer says, are nothing for caches.
    void reply.header('cache-control', 'no-store');
    if (request.routeOptions.config.isPublic) return;
    await identify(gate, request, reply);
    const { method, routeOptions, actor } = request;
    const left = limiter.count(callerId(actor), `${method} ${routeOptions.url ?? ''}`);
    void reply.headers(rateLimitHeaders(left));
    checkVersion(request);
  });
  server.addHook('preValidation', refuseImpossibleTexts);
  server.addHook('preValidation', async (request) => {
    if (!request.routeOptions.config.isPublic) await requireVisibleProject(deps, request);
  });
  server.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, response: { ...(route.schema?.response as object), default: ErrorBody } };
  });
  otherRoutes(app, deps);
  projectRoutes(app, deps);
  flagDefaultsRoutes(app, deps);
  environmentRoutes(app, deps);
  applicationRoutes(app, deps);
  applicationVersionRoutes(app, deps);
  approvalRoutes(app, deps);
  approvalSettingsRoutes(app, deps);
  auditLogRoutes(app, deps);
  codeBranchRoutes(app, deps);
  codeRepositoryRoutes(app, deps);
  codeStatisticsRoutes(app, deps);
  memberRoutes(app, deps);
  noticeRoutes(app, deps);
  changeNoticeRoutes(app, deps);
  measuredRolloutRoutes(app, deps);
  measuredRolloutListRoutes(app, deps);
  automatedReleaseRoutes(app, deps);
  automatedReleaseResultRoutes(app, deps);
  metricRoutes(app, deps);
  metricGroupRoutes(app, deps);
  tagRoutes(app, deps);
  teamRoutes(app, deps);
  webhookRoutes(app, deps);
  stopSignalRoutes(app, deps);
  customRoleRoutes(app, deps);
  accessTokenRoutes(app, deps);
  relayProxyConfigRoutes(app, deps);
  flagListRoutes(app, deps);
  flagRoutes(app, deps);
  await server.register((scope) => openFeatureManifestRoutes(scope, deps));
  contextRoutes(app, deps);
  contextKindRoutes(app, deps);
  contextSettingRoutes(app, deps);
  evaluationRoutes(app, deps);
  evaluationUsageRoutes(app, deps);
  connectedSdkRoutes(app, deps);
  expiringTargetRoutes(app, deps);
  flagLinkRoutes(app, deps);
  flagTriggerRoutes(app, deps);
  followerRoutes(app, deps);
  dependentFlagRoutes(app, deps);
  migrationSafetyRoutes(app, deps);
  flagStatusRoutes(app, deps);
  scheduledChangeRoutes(app, deps);
  workflowRoutes(app, deps);
  segmentRoutes(app, deps);
  wholeResourceRoutes(app, deps);
  segmentTargetRoutes(app, deps);
  releasePipelineRoutes(app, deps);
  releaseProgressionRoutes(app, deps);
  releasePolicyRoutes(app, deps);
  releaseRoutes(app, deps);
  releaseSteeringRoutes(app, deps);
  app.get(
    '/openapi.json',
    { config: { isPublic: true }, schema: { hide: true, response: { 200: Type.Unknown() } } },
    () => server.swagger(),
  );
  refuseUnknown(server, methods);
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Routes that need no credential. */
    isPublic?: boolean;
  }
}

/** No key and no query has the characters that no engine can look for. @throws SlipwayError `not_found`, InvalidRequest */
async function refuseImpossibleTexts({ params, query }: FastifyRequest): Promise<void> {
  if (!textsOf(params).every(([, text]) => isStorable(text))) {
    throw new SlipwayError('not_found', 'Invalid resource identifier');
  }
  const impossible = textsOf(query).find(([, text]) => !isStorable(text));
  if (impossible) {
    throw new InvalidRequest(
      `${impossible[0]}: expected text without NUL and lone surrogates, got ${show(impossible[1])}`,
    );
  }
}

function textsOf(members: unknown): readonly (readonly [string, string])[] {
  return Object.entries((members ?? {}) as Readonly<Record<string, string | readonly string[]>>).flatMap(
    ([name, texts]) => [texts].flat().map((text) => [name, text] as const),
  );
}

/** Collects which methods each path answers, as routes are added. */
function watchMethods(server: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ path, method }) => {
    const known = methods.get(path) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(path, known);
  });
  return methods;
}

/**
 * Answers 405, with the methods that there are, to the methods that a path of ours does not have, and 404 elsewhere. Where a
 * path looks like another one (`…/read` like `…/:id`), a route of its own keeps these methods from being taken for those of
 * the other; elsewhere no route takes them. Routes for all of them would outnumber all others.
 */
function refuseUnknown(server: FastifyInstance, methods: ReadonlyMap<string, ReadonlySet<string>>): void {
  const paths = [...methods]
    .filter(([path]) => !path.includes('*'))
    .map(([path, known]) => ({ path, known: [...known], parts: path.split('/') }));
  const methodsAt = (path: string) => {
    const parts = path.split('/');
    return [...new Set(paths.filter((one) => isLike(one.parts, parts)).flatMap(({ known }) => known))];
  };
  const refuse = (known: readonly string[], reply: FastifyReply) => {
    void reply.header('allow', known.join(', '));
    throw new MethodNotAllowed('Method not allowed');
  };
  for (const { path, known } of paths) {
    const others = methodsAt(path);
    const method = METHODS.filter((one) => others.includes(one) && !known.includes(one));
    if (method.length === 0) continue;
    const url = path.slice(server.prefix.length);
    server.route({ url, method, schema: { hide: true }, handler: (_request, reply) => refuse(known, reply) });
  }
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const known = methodsAt(path.replace(/\/$/, ''));
    if (known.length === 0) throw new SlipwayError('not_found', 'Invalid resource identifier');
    refuse(known, reply);
  });
}

/** Whether a path, in its parts, is one of a route; a parameter stands for one part. */
function isLike(route: readonly string[], path: readonly string[]): boolean {
  return (
    route.length === path.length && route.every((part, at) => part === path[at] || (part[0] === ':' && path[at] !== ''))
  );
}
