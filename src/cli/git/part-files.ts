import type { EnvironmentRep } from '../../wire/rest/environment.ts';
import type { ProjectRep } from '../../wire/rest/project.ts';
import type { PipelineRep } from '../../wire/rest/release-pipeline.ts';
import type { SegmentRep } from '../../wire/rest/segment.ts';
import { fromClauseFile, isUser, kindMember, toClauseFile, toPercent, toWeight } from './clause-file.ts';
import type { PipelineFile, ProjectFile, SegmentFile } from './file-schemas.ts';

type List = NonNullable<SegmentFile['included']>;

export function toSegmentFile(segment: SegmentRep, environment: string): SegmentFile {
  const { description = '', tags, unbounded, unboundedContextKind, rules } = segment;
  const included = toList(segment.included, segment.includedContexts);
  const excluded = toList(segment.excluded, segment.excludedContexts);
  return {
    key: segment.key,
    environment,
    name: segment.name,
    ...(description !== '' && { description }),
    ...(tags.length > 0 && { tags }),
    ...(unbounded && { big: { kind: unboundedContextKind ?? 'user' } }),
    ...(included.length > 0 && { included }),
    ...(excluded.length > 0 && { excluded }),
    ...(rules.length > 0 && {
      rules: rules.map(({ description, clauses, weight, rolloutContextKind, bucketBy }) => ({
        ...(description !== undefined && { description }),
        if: clauses.map(toClauseFile),
        ...(weight !== undefined && { percent: toPercent(weight) }),
        ...kindMember(rolloutContextKind),
        ...(bucketBy !== undefined && { by: bucketBy }),
      })),
    }),
  };
}

function toList(users: readonly string[] = [], others: SegmentRep['includedContexts'] = []): List {
  return [
    ...(users.length > 0 ? [{ keys: [...users] }] : []),
    ...others.map(({ contextKind, values }) => ({ ...kindMember(contextKind), keys: [...(values ?? [])] })),
  ];
}

/** The document of a segment, as a request puts it. */
export function fromSegmentFile(file: SegmentFile): object {
  const { included = [], excluded = [], rules = [], big } = file;
  const users = (list: List) => list.filter(({ kind }) => isUser(kind)).flatMap(({ keys }) => keys);
  const others = (list: List) =>
    list.filter(({ kind }) => !isUser(kind)).map(({ kind, keys }) => ({ contextKind: kind, values: keys }));
  return {
    name: file.name,
    description: file.description ?? '',
    tags: file.tags ?? [],
    unbounded: big !== undefined,
    ...(big && { unboundedContextKind: big.kind }),
    ...(!big && {
      included: users(included),
      excluded: users(excluded),
      includedContexts: others(included),
      excludedContexts: others(excluded),
    }),
    rules: rules.map(({ description, if: clauses, percent, kind, by }) => ({
      ...(description !== undefined && { description }),
      clauses: clauses.map(fromClauseFile),
      ...(percent !== undefined && { weight: toWeight(percent), rolloutContextKind: kind ?? 'user' }),
      ...(by !== undefined && { bucketBy: by }),
    })),
  };
}

/** @param emailOf the address of a member, by id */
export function toPipelineFile(pipeline: PipelineRep, emailOf: (memberId: string) => string | undefined): PipelineFile {
  const { description, tags, phases } = pipeline;
  return {
    key: pipeline.key,
    name: pipeline.name,
    ...(description !== '' && { description }),
    ...(tags.length > 0 && { tags }),
    ...(pipeline._isLegacy && { legacy: true }),
    phases: phases.map(({ name, audiences, configuration }) => ({
      name,
      ...(Object.keys(configuration ?? {}).length > 0 && { configuration }),
      audiences: audiences.map((audience) => ({
        name: audience.name,
        ...(audience.environment && { environment: audience.environment.key }),
        ...(audience.segmentKeys && { segments: audience.segmentKeys }),
        ...(audience.configuration && { configuration: withMembers(audience.configuration, emailOf) }),
      })),
    })),
  };
}

/** @param memberIdOf the id of a member, by address */
export function fromPipelineFile(file: PipelineFile, memberIdOf: (email: string) => string | undefined): object {
  return {
    name: file.name,
    description: file.description ?? '',
    tags: file.tags ?? [],
    phases: file.phases.map(({ name, configuration, audiences }) => ({
      name,
      configuration: configuration ?? {},
      audiences: audiences.map((audience) => ({
        name: audience.name,
        ...(audience.environment !== undefined && { environmentKey: audience.environment }),
        ...(audience.segments && { segmentKeys: audience.segments }),
        ...(audience.configuration !== undefined && {
          configuration: withMembers(audience.configuration as object, memberIdOf),
        }),
      })),
    })),
  };
}

/** Members who are told: ids in the API, addresses in files. */
function withMembers(configuration: object, nameOf: (member: string) => string | undefined): object {
  const { notifyMemberIds } = configuration as { readonly notifyMemberIds?: readonly string[] };
  return notifyMemberIds
    ? { ...configuration, notifyMemberIds: notifyMemberIds.map((member) => nameOf(member) ?? member) }
    : configuration;
}

export function toProjectFile(project: ProjectRep, environments: readonly EnvironmentRep[]): ProjectFile {
  const { tags, namingConvention, defaultReleasePipelineKey, defaultClientSideAvailability } = project;
  return {
    key: project.key,
    name: project.name,
    ...(tags.length > 0 && { tags }),
    defaultClientSide: {
      usingEnvironmentId: defaultClientSideAvailability.usingEnvironmentId,
      usingMobileKey: defaultClientSideAvailability.usingMobileKey,
    },
    ...(namingConvention && { namingConvention }),
    ...(defaultReleasePipelineKey !== undefined && { defaultPipeline: defaultReleasePipelineKey }),
    environments: environments.map((environment) => ({
      key: environment.key,
      name: environment.name,
      color: environment.color,
      ...(environment.tags.length > 0 && { tags: environment.tags }),
      critical: environment.critical,
      requireComments: environment.requireComments,
      confirmChanges: environment.confirmChanges,
      secureMode: environment.secureMode,
      defaultTrackEvents: environment.defaultTrackEvents,
      defaultTtl: environment.defaultTtl,
      ...toApprovals('approvals', environment.approvalSettings),
      ...toApprovals('segmentApprovals', environment.resourceApprovalSettings['segment']),
    })),
  };
}

/** Approvals that nobody has asked for are not written. */
function toApprovals(name: string, settings: EnvironmentRep['approvalSettings'] | undefined): object {
  if (!settings || (!settings.required && settings.requiredApprovalTags.length === 0)) return {};
  const { serviceKind: _kind, serviceConfig: _config, ...rest } = settings;
  return { [name]: rest };
}
