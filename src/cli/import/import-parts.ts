import type { MetricRep } from '../../wire/rest/metric.ts';
import type { PipelineRep } from '../../wire/rest/release-pipeline.ts';
import { jsonEquals, type Json } from '../../domain/json.ts';
import { ApiError, apiPath } from '../api-client.ts';
import { find, listCounted } from './account-reader.ts';
import type { ProjectImport } from './import-project.ts';
import { changesOf } from './patch-if-different.ts';

interface ContextKind {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  readonly archived?: boolean;
  readonly hideInTargeting?: boolean;
}

export async function importContextKinds(scene: ProjectImport): Promise<void> {
  const path = apiPath('projects', scene.projectKey, 'context-kinds');
  const [wanted, present] = await Promise.all(
    [scene.source, scene.target].map(async (client) => (await client.send<{ items: ContextKind[] }>(path)).items),
  );
  const known = new Map((present ?? []).map((kind) => [kind.key, kind]));
  for (const kind of wanted ?? []) {
    const { key, name, description = '' } = kind;
    const archived = kind.archived ?? kind.hideInTargeting ?? false;
    const here = known.get(key);
    const isSame = here?.name === name && (here.description ?? '') === description && here.archived === archived;
    await doing(scene, 'context kinds', key, isSame ? 'unchanged' : here ? 'changed' : 'created', () =>
      scene.target.send(`${path}/${encodeURIComponent(key)}`, { method: 'PUT', body: { name, description, archived } }),
    );
  }
}

const METRIC_MEMBERS = [
  'name',
  'description',
  'tags',
  'isNumeric',
  'unit',
  'eventKey',
  'successCriteria',
  'selector',
  'urls',
  'randomizationUnits',
  'unitAggregationType',
  'analysisType',
  'percentileValue',
  'eventDefault',
] as const;

export async function importMetrics(scene: ProjectImport): Promise<void> {
  const { source, target, projectKey } = scene;
  const path = apiPath('metrics', projectKey);
  for await (const { key } of source.list<{ key: string }>(path, { limit: 50 })) {
    const place = `${path}/${encodeURIComponent(key)}`;
    const metric = await find<MetricRep>(source, place);
    if (!metric) continue;
    const present = await find<MetricRep>(target, place);
    const changes = Object.entries(changesOf(present ?? {}, metric, METRIC_MEMBERS));
    const outcome = !present ? 'created' : changes.length > 0 ? 'changed' : 'unchanged';
    await doing(scene, 'metrics', key, outcome, async () => {
      if (present) {
        const body = changes.map(([name, value]) => ({ op: 'add', path: `/${name}`, value }));
        return target.send(place, { method: 'PATCH', body });
      }
      const maintainerId = scene.people.idOf(metric.maintainerId ?? '');
      const body = { key, kind: metric.kind, ...Object.fromEntries(changes), ...(maintainerId && { maintainerId }) };
      return target.send(path, { method: 'POST', body });
    });
  }
}

export async function importPipelines(scene: ProjectImport): Promise<void> {
  const { target, projectKey } = scene;
  const path = apiPath('projects', projectKey, 'release-pipelines');
  for (const pipeline of await listPipelines(scene, path)) {
    const place = `${path}/${encodeURIComponent(pipeline.key)}`;
    const present = await find<PipelineRep>(target, place);
    const wanted = toPipelineBody(pipeline, scene);
    const isSame = present && jsonEquals(plain(wanted), plain(toPipelineBody(present)));
    await doing(scene, 'pipelines', pipeline.key, !present ? 'created' : isSame ? 'unchanged' : 'changed', () =>
      present
        ? target.send(place, { method: 'PUT', body: wanted })
        : target.send(path, { method: 'POST', body: { ...wanted, key: pipeline.key, isLegacy: pipeline._isLegacy } }),
    );
  }
}

/** Without what is undefined, as it is sent. */
const plain = (body: object): Json => JSON.parse(JSON.stringify(body)) as Json;

async function listPipelines({ source }: ProjectImport, path: string): Promise<readonly PipelineRep[]> {
  try {
    return await listCounted<PipelineRep>(source, path);
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return [];
    throw error;
  }
}

/** A pipeline as requests write it. Members that are told of it are told here too, where they are members. */
function toPipelineBody({ name, description, tags, phases }: PipelineRep, scene?: ProjectImport): object {
  return {
    name,
    description,
    tags,
    phases: phases.map((phase) => ({
      name: phase.name,
      configuration: phase.configuration,
      audiences: phase.audiences.map(({ name, environment, segmentKeys, configuration }) => ({
        name,
        environmentKey: environment?.key,
        segmentKeys,
        configuration: configuration && {
          ...configuration,
          ...(scene &&
            configuration.notifyMemberIds && {
              notifyMemberIds: configuration.notifyMemberIds.flatMap((id) => scene.people.idOf(id) ?? []),
            }),
        },
      })),
    })),
  };
}

async function doing(
  { report, options, projectKey }: ProjectImport,
  kind: string,
  key: string,
  outcome: 'created' | 'changed' | 'unchanged',
  run: () => Promise<unknown>,
): Promise<void> {
  try {
    if (outcome !== 'unchanged' && !options.isDryRun) await run();
    report.done(kind, outcome);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    report.failed(kind, `${kind.replace(/s$/, '')} ${projectKey}/${key}`, error);
  }
}
