import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { can } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { Conflict, InvalidRequest } from '../../domain/errors.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import {
  manifestInstructions,
  newManifestFlag,
  toManifestFlag,
  type WantedManifestFlag,
} from '../../domain/flag/manifest.ts';
import { show } from '../../domain/json.ts';
import { createFlag } from '../../operations/create-flag.ts';
import { updateFlag } from '../../operations/update-flag.ts';
import type { Deps } from '../../operations/write.ts';
import { getFlag, listAllFlags } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { type ErrorBody, ProjectParams } from '../../wire/rest/common.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import {
  Manifest,
  ManifestArchiveAnswer,
  ManifestError,
  ManifestFlagAnswer,
  ManifestFlagPost,
  ManifestFlagPut,
} from '../../wire/rest/openfeature-manifest.ts';
import type { RestApp } from '../app.ts';
import { sendErrorAs } from '../errors.ts';

/** Below a project; without one, see `toApiPath`. */
const MANIFEST = '/projects/:projectKey/openfeature/v0/manifest';

/** The flags of a project as OpenFeature's command line reads and writes them (docs/wire/openfeature-manifest.md). */
export async function openFeatureManifestRoutes(server: FastifyInstance, deps: Deps): Promise<void> {
  const app: RestApp = server.withTypeProvider<TypeBoxTypeProvider>();
  const { db } = deps.database;
  const tags = ['OpenFeature manifest'];
  const errors = { '4xx': ManifestError, '5xx': ManifestError };
  server.setErrorHandler((error: Error, request, reply) => sendErrorAs(withOpenFeatureError, error, request, reply));
  server.addHook('preHandler', tellCapabilities);

  app.get(
    MANIFEST,
    { schema: { summary: 'Get the manifest', tags, params: ProjectParams, response: { 200: Manifest, ...errors } } },
    async (request) => {
      const project = await getProject(db, request.params.projectKey);
      const flags = await listAllFlags(db, project.id);
      const live = flags.filter(({ archivedAt }) => archivedAt === undefined);
      return { flags: live.map(toManifestFlag).filter((flag) => flag !== undefined) };
    },
  );

  app.post(
    `${MANIFEST}/flags`,
    {
      schema: {
        summary: 'Create a flag of the manifest',
        tags,
        params: ProjectParams,
        body: ManifestFlagPost,
        response: { 201: ManifestFlagAnswer, ...errors },
      },
    },
    async ({ actor, params: { projectKey }, body }, reply) => {
      const flag = await createFlag(deps, { actor, projectKey, flag: newManifestFlag(body as WantedManifestFlag) });
      return reply.code(201).send(answer(flag));
    },
  );

  app.put(
    `${MANIFEST}/flags/:flagKey`,
    {
      schema: {
        summary: 'Change a flag of the manifest',
        tags,
        params: FlagParams,
        body: ManifestFlagPut,
        response: { 200: ManifestFlagAnswer, ...errors },
      },
    },
    async ({ actor, params, body }) => {
      if (body.key !== params.flagKey) {
        throw new InvalidRequest(`key: expected ${show(params.flagKey)} as in the path, got ${show(body.key)}`);
      }
      const flag = await load(params);
      const instructions = manifestInstructions(flag, body as WantedManifestFlag);
      if (instructions.length === 0) return answer(flag);
      return answer(await updateFlag(deps, { actor, ...params, patch: { format: 'semantic', instructions } }));
    },
  );

  app.delete(
    `${MANIFEST}/flags/:flagKey`,
    {
      schema: {
        summary: 'Archive a flag of the manifest',
        tags,
        params: FlagParams,
        response: { 200: ManifestArchiveAnswer, ...errors },
      },
    },
    async ({ actor, params }) => {
      const flag = await load(params);
      if (flag.archivedAt !== undefined) throw new Conflict(`Flag ${show(flag.key)} is archived already`);
      const patch = { format: 'semantic', instructions: [{ kind: 'archiveFlag' }] } as const;
      const { archivedAt = deps.clock.now() } = await updateFlag(deps, { actor, ...params, patch });
      const message = `Flag ${show(flag.key)} is archived. Restore it in Slipway if it is needed again.`;
      return { message, archivedAt: new Date(archivedAt).toISOString() };
    },
  );

  async function load({ projectKey, flagKey }: { projectKey: string; flagKey: string }): Promise<Flag> {
    const project = await getProject(db, projectKey);
    return getFlag(db, project.id, flagKey);
  }

  function answer(flag: Flag) {
    const manifestFlag = toManifestFlag(flag);
    if (!manifestFlag) throw new Conflict(`Flag ${show(flag.key)} has a default value that no manifest can have`);
    return { flag: manifestFlag, updatedAt: new Date(deps.clock.now()).toISOString() };
  }
}

/** What the caller may do with any flag of the project. */
async function tellCapabilities({ actor, params }: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { projectKey } = params as { readonly projectKey: string };
  const anyFlag = specifier.flag({ key: projectKey }, { key: '*' }, { key: '*' });
  const may = (action: string) => can(actor, { action, ...anyFlag });
  const capabilities = [
    'read',
    ...(may('createFlag') && may('updateFlagVariations') ? ['write'] : []),
    ...(may('updateGlobalArchived') ? ['delete'] : []),
  ];
  void reply.header('x-manifest-capabilities', capabilities.join(','));
}

function withOpenFeatureError(body: ErrorBody, status: number): ManifestError {
  const { message } = body;
  const [, field] = /^([\w.]+): /.exec(message) ?? [];
  const details = field === undefined ? {} : { details: [{ field, message }] };
  return { ...body, error: { message, status, ...details } };
}
