import type { SegmentRep } from '../../wire/rest/segment.ts';
import { ApiError, apiPath } from '../api-client.ts';
import { find, inOrderOfNeed } from './account-reader.ts';
import type { ProjectImport, SourceEnvironment } from './import-project.ts';
import type { Outcome } from './import-report.ts';

/** Not every service tells of lists that are empty. */
type Lists = 'included' | 'excluded' | 'includedContexts' | 'excludedContexts';
type SourceSegment = Omit<SegmentRep, Lists> & Partial<Pick<SegmentRep, Lists>>;

interface EndOfTarget {
  readonly contextKind?: string;
  readonly contextKey: string;
  readonly targetType: string;
  readonly expirationDate: number;
}

export async function importSegments(scene: ProjectImport, environments: readonly SourceEnvironment[]): Promise<void> {
  for (const environment of environments) {
    const path = apiPath('segments', scene.projectKey, environment.key);
    const segments = await Array.fromAsync(scene.source.list<SourceSegment>(path, { limit: 50 }));
    for (const segment of inOrderOfNeed(segments, segmentsNeeded)) await importSegment(scene, environment, segment);
  }
}

const segmentsNeeded = ({ rules }: SourceSegment): readonly string[] =>
  rules
    .flatMap(({ clauses }) => clauses)
    .flatMap(({ op, values }) => (op === 'segmentMatch' ? values.map(String) : []));

async function importSegment(
  scene: ProjectImport,
  environment: SourceEnvironment,
  segment: SourceSegment,
): Promise<void> {
  const { target, report, projectKey, options } = scene;
  const path = apiPath('segments', projectKey, environment.key, segment.key);
  const resource = `segment ${projectKey}/${environment.key}/${segment.key}`;
  try {
    const body = await toDocument(scene, environment, segment, resource);
    if (options.isDryRun && !(await find(target, path))) return report.done('segments', 'created');
    const { outcome } = await target.send<{ outcome: Outcome }>(path, {
      method: 'PUT',
      body,
      query: { dryRun: options.isDryRun || undefined },
    });
    report.done('segments', outcome);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    report.failed('segments', resource, error);
  }
}

async function toDocument(
  { source, projectKey, report }: ProjectImport,
  { key, payload }: SourceEnvironment,
  segment: SourceSegment,
  resource: string,
): Promise<object> {
  const salt = payload?.segments[segment.key]?.salt;
  const hasShares = segment.rules.some(({ weight }) => weight !== undefined);
  if (hasShares && !salt) {
    report.note(resource, 'has rules for shares of contexts, which are dealt anew: its salt could not be read');
  }
  if (segment.unbounded) {
    report.note(resource, 'is a big segment: its keys cannot be listed; import them here from where they come from');
  }
  const { included = [], excluded = [], includedContexts = [], excludedContexts = [] } = segment;
  const isTargeting = [included, excluded, includedContexts, excludedContexts].some((list) => list.length > 0);
  const path = apiPath('segments', projectKey, segment.key, 'expiring-targets', key);
  const dates = isTargeting ? ((await find<{ items: readonly EndOfTarget[] }>(source, path))?.items ?? []) : [];
  return {
    name: segment.name,
    description: segment.description ?? '',
    tags: segment.tags,
    unbounded: segment.unbounded ?? false,
    ...(segment.unboundedContextKind && { unboundedContextKind: segment.unboundedContextKind }),
    ...(!segment.unbounded && { included, excluded, includedContexts, excludedContexts }),
    rules: segment.rules,
    ...(salt && { salt }),
    expiringTargets: dates.map(({ contextKind = 'user', contextKey, targetType, expirationDate }) => {
      return { contextKind, contextKey, targetType, expirationDate };
    }),
  };
}
