import { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import { personOf } from '../../domain/access/actor.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import type { ExpiringSegmentTarget, Segment } from '../../domain/segment/segment.ts';
import { changeBigSegment } from '../../operations/segments/big-segment-keys.ts';
import { patchExpiringSegmentTargets } from '../../operations/segments/expire-segment-targets.ts';
import { importSegment } from '../../operations/segments/import-segment.ts';
import { segmentImports } from '../../operations/segments/segment-import.ts';
import type { Deps } from '../../operations/write.ts';
import { countBigSegmentKeys, findBigSegmentLists, readBigSegmentKeys } from '../../store/big-segments.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { getSegment } from '../../store/segments.ts';
import {
  BigSegmentTargetRep,
  ExpiringSegmentTargetList,
  ExpiringSegmentTargetResults,
  SegmentExportRep,
  SegmentImportRep,
  SegmentParams,
} from '../../wire/rest/segment.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { parseSemanticPatch } from '../patch-body.ts';
import { readUpload } from '../upload.ts';

type Place = Static<typeof SegmentParams>;

const KeyParams = Type.Object({ ...SegmentParams.properties, contextKey: Type.String({ description: 'The key' }) });
const IdParams = Type.Object({ ...SegmentParams.properties, id: Type.String({ description: 'The id' }) });

/** Two views of the same dates: of contexts of all kinds, and the older one of users alone. */
const FLAVOURS = [
  {
    name: 'expiring-targets',
    kinds: ['addExpiringTarget', 'updateExpiringTarget', 'removeExpiringTarget'],
    isShown: () => true,
    context: ({ contextKind, contextKey }: ExpiringSegmentTarget) => ({ contextKind, contextKey }),
  },
  {
    name: 'expiring-user-targets',
    kinds: ['addExpireUserTargetDate', 'updateExpireUserTargetDate', 'removeExpireUserTargetDate'],
    isShown: ({ contextKind }: ExpiringSegmentTarget) => contextKind === 'user',
    context: ({ contextKey }: ExpiringSegmentTarget) => ({ userKey: contextKey }),
  },
] as const;

/** Individual targets of segments: when they end; the keys of big segments, their imports and exports. */
export function segmentTargetRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Segments'];
  const path = '/segments/:projectKey/:environmentKey/:segmentKey';

  for (const { name, kinds, isShown, context } of FLAVOURS) {
    const expiringPath = `/segments/:projectKey/:segmentKey/${name}/:environmentKey`;
    const toBody = (targets: readonly ExpiringSegmentTarget[], place: Place) => ({
      _links: { self: apiLink('segments', place.projectKey, place.segmentKey, name, place.environmentKey) },
      items: targets.filter(isShown).map((target) => ({
        _id: target.id,
        _version: target.version,
        expirationDate: target.expirationDate,
        ...context(target),
        targetType: target.targetType,
        _resourceId: {
          kind: 'segment',
          projectKey: place.projectKey,
          environmentKey: place.environmentKey,
          key: place.segmentKey,
        },
      })),
    });

    app.get(
      expiringPath,
      {
        schema: {
          summary: `Get the ${name} of a segment`,
          tags,
          params: SegmentParams,
          response: { 200: ExpiringSegmentTargetList },
        },
      },
      async ({ params }) => toBody((await load(params)).expiringTargets, params),
    );

    app.patch(
      expiringPath,
      {
        schema: {
          summary: `Update the ${name} of a segment`,
          tags,
          params: SegmentParams,
          body: Type.Unknown({ description: 'Instructions; each succeeds or fails on its own' }),
          response: { 200: ExpiringSegmentTargetResults },
        },
      },
      async ({ actor, params, body }) => {
        const { patch, comment } = parseSemanticPatch(body);
        const { instructions } = patch;
        const request = { actor, ...params, instructions, kinds, comment };
        const { targets, failures } = await patchExpiringSegmentTargets(deps, request);
        return {
          ...toBody(targets, params),
          totalInstructions: instructions.length,
          successfulInstructions: instructions.length - failures.length,
          failedInstructions: failures.length,
          errors: [...failures],
        };
      },
    );
  }

  for (const name of ['contexts', 'users']) {
    app.post(
      `${path}/${name}`,
      {
        schema: {
          summary: 'Change the targets of a big segment',
          tags,
          params: SegmentParams,
          body: Type.Unknown({ description: 'included and excluded, each with add and remove' }),
          response: { 204: Type.Null() },
        },
      },
      async ({ actor, params, body }, reply) => {
        await changeBigSegment(deps, { actor, ...params, body });
        return reply.code(204).send(null);
      },
    );

    app.get(
      `${path}/${name}/:contextKey`,
      {
        schema: {
          summary: 'Get whether a key is a target of a big segment',
          tags,
          params: KeyParams,
          response: { 200: BigSegmentTargetRep },
        },
      },
      async ({ params }) => {
        const lists = await findBigSegmentLists(db, (await loadBig(params)).id, params.contextKey);
        return { userKey: params.contextKey, included: lists.has('included'), excluded: lists.has('excluded') };
      },
    );
  }

  app.post(
    `${path}/imports`,
    {
      schema: {
        summary: 'Import the targets of a big segment from a CSV file',
        tags,
        params: SegmentParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { actor, params } = request;
      const { text: csv, fileName, members } = await readUpload(request);
      const mode = members.get('mode') ?? 'merge';
      const waitsOnApproval = members.get('waitOnApprovals') === 'true';
      const { id } = await importSegment(deps, { actor, ...params, csv, fileName, mode, waitsOnApproval });
      return reply
        .header('location', linkTo(params, 'imports', id).href)
        .code(204)
        .send(null);
    },
  );

  app.get(
    `${path}/imports/:id`,
    { schema: { summary: 'Get an import', tags, params: IdParams, response: { 200: SegmentImportRep } } },
    async ({ params }) => {
      const segment = await load(params);
      const found = (await segmentImports.findById(db, params.id))?.resource;
      if (found?.segmentId !== segment.id) throw new NotFound('import', params.id);
      return {
        id: found.id,
        segmentKey: segment.key,
        creationTime: found.createdAt,
        mode: found.mode,
        status: found.status,
        files: [{ filename: found.fileName, status: found.status }],
        _links: { self: linkTo(params, 'imports', found.id), parent: linkTo(params) },
      };
    },
  );

  app.post(
    `${path}/exports`,
    {
      schema: {
        summary: 'Export the targets of a big segment',
        tags,
        params: SegmentParams,
      },
    },
    async ({ params }, reply) => {
      await loadBig(params);
      return reply.header('location', linkTo(params, 'exports', 'now').href).send();
    },
  );

  app.get(
    `${path}/exports/:id`,
    { schema: { summary: 'Get an export', tags, params: IdParams, response: { 200: SegmentExportRep } } },
    async ({ actor, params }) => {
      requireCurrent(params);
      const segment = await loadBig(params);
      const { included } = await countBigSegmentKeys(db, segment.id);
      const person = personOf(actor);
      let sizeBytes = 0;
      for await (const key of readBigSegmentKeys(db, segment.id, 'included')) sizeBytes += Buffer.byteLength(key) + 1;
      return {
        id: params.id,
        segmentKey: segment.key,
        creationTime: deps.clock.now(),
        status: 'complete',
        sizeBytes,
        size: `${included} keys, ${sizeBytes} B`,
        initiator: { name: person?.firstName ?? person?.email ?? '', email: person?.email ?? '' },
        _links: {
          self: linkTo(params, 'exports', params.id),
          parent: linkTo(params),
          download: { ...linkTo(params, 'exports', params.id, 'file'), type: 'text/csv' },
        },
      };
    },
  );

  app.get(
    `${path}/exports/:id/file`,
    { schema: { summary: 'Download an export', tags, params: IdParams } },
    async ({ params }, reply) => {
      requireCurrent(params);
      const { id } = await loadBig(params);
      async function* lines(): AsyncGenerator<string> {
        for await (const key of readBigSegmentKeys(db, id, 'included')) yield `${key}\n`;
      }
      return reply.type('text/csv; charset=utf-8').send(Readable.from(lines()));
    },
  );

  async function load({ projectKey, environmentKey, segmentKey }: Place): Promise<Segment> {
    const project = await getProject(db, projectKey);
    const environment = await getEnvironment(db, project.id, environmentKey);
    return getSegment(db, environment.id, segmentKey);
  }

  async function loadBig(place: Place): Promise<Segment> {
    const segment = await load(place);
    if (!segment.isUnbounded) throw new InvalidRequest(`segment ${show(segment.key)} is not a big segment`);
    return segment;
  }
}

/** Exports are made while they are read, so that there is one, always of this moment. @throws NotFound */
function requireCurrent({ id }: Static<typeof IdParams>): void {
  if (id !== 'now') throw new NotFound('export', id);
}

const linkTo = ({ projectKey, environmentKey, segmentKey }: Place, ...rest: readonly string[]) =>
  apiLink('segments', projectKey, environmentKey, segmentKey, ...rest);
