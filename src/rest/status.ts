import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canView } from '../domain/access/can.ts';
import type { Environment } from '../domain/environment.ts';
import { NotFound } from '../domain/errors.ts';
import type { Project } from '../domain/project.ts';
import type { StoreHealth } from '../store-health.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { listProjects } from '../store/projects.ts';
import { VERSION } from '../version.ts';
import type { EnvironmentStatus, Status } from '../wire/status.ts';
import { callerId, type Gate, identify } from './auth.ts';

/** Last characters of a key that are shown, so that people can tell which it is. */
const SHOWN = 5;

/** Registers what monitors of a Relay Proxy ask (docs/wire/relay-proxy.md, "Status"). */
export function statusRoutes(server: FastifyInstance, gate: Gate, health: StoreHealth): void {
  const requireCaller = async (request: FastifyRequest, reply: FastifyReply) => {
    await identify(gate, request, reply);
    gate.limiter.count(callerId(request.actor), 'GET /status');
  };
  const summarize = (): Status => {
    const dataStoreStatus = storeStatus(gate, health);
    const status = dataStoreStatus.state === 'VALID' ? 'healthy' : 'degraded';
    return { dataStoreStatus, status, version: VERSION, clientVersion: VERSION };
  };
  const find = async (
    request: FastifyRequest,
    what: string,
    isMeant: (environment: EnvironmentStatus) => boolean,
  ): Promise<EnvironmentStatus> => {
    const found = (await listStatuses(gate, health, request)).find(isMeant);
    if (!found) throw new NotFound('environment', what);
    return found;
  };

  server.get('/status', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (isAnonymous(gate, request)) {
      await health.look();
      return summarize();
    }
    await requireCaller(request, reply);
    const statuses = await listStatuses(gate, health, request);
    return { environments: Object.fromEntries(statuses.map((status) => [status.envId, status])), ...summarize() };
  });

  server.get<{ Params: { id: string } }>('/status/:id', async (request, reply) => {
    await requireCaller(request, reply);
    const { id } = request.params;
    return find(request, id, ({ envId }) => envId === id);
  });

  server.get<{ Params: { projectKey: string; environmentKey: string } }>(
    '/status/:projectKey/:environmentKey',
    async (request, reply) => {
      await requireCaller(request, reply);
      const { projectKey, environmentKey } = request.params;
      return find(
        request,
        environmentKey,
        ({ projKey, envKey }) => projKey === projectKey && envKey === environmentKey,
      );
    },
  );
}

const isAnonymous = ({ site }: Gate, request: FastifyRequest) =>
  request.headers.authorization === undefined && site.session.read(request) === undefined;

function storeStatus({ deps }: Gate, health: StoreHealth): Status['dataStoreStatus'] {
  return { ...health.status, database: deps.database.engine };
}

/** What there is to tell of the environments that a caller may see. They are served as long as the store answers. */
async function listStatuses(
  gate: Gate,
  health: StoreHealth,
  { actor }: FastifyRequest,
): Promise<readonly EnvironmentStatus[]> {
  const [projects, environments] = await health.ask(async (db) => {
    const projects = (await listProjects(db)).filter((project) => canView(actor, project));
    const ids = projects.map(({ id }) => id);
    return [projects, await listAllEnvironments(db, ids)] as const;
  });
  const byId = new Map(projects.map((project) => [project.id, project]));
  const dataStoreStatus = storeStatus(gate, health);
  const { state, stateSince } = dataStoreStatus;
  return environments.flatMap((environment) => {
    const project = byId.get(environment.projectId);
    if (!project) return [];
    const connectionStatus = { state, stateSince };
    return { ...namesOf(project, environment), status: 'connected' as const, connectionStatus, dataStoreStatus };
  });
}

function namesOf(project: Project, environment: Environment) {
  return {
    sdkKey: masked(environment.sdkKey),
    envId: environment.id,
    envKey: environment.key,
    envName: environment.name,
    projKey: project.key,
    projName: project.name,
    mobileKey: masked(environment.mobileKey),
  };
}

/** A key with stars for all but its beginning and end. */
function masked(key: string): string {
  const [, kind = '', middle = '', end = ''] = new RegExp(`^(sdk-|mob-|)(.*?)(.{0,${SHOWN}})$`).exec(key) ?? [];
  return `${kind}${middle.replaceAll(/[^-]/g, '*')}${end}`;
}
