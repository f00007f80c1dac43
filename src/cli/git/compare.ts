import type { FlagRep } from '../../wire/rest/flag.ts';
import type { PipelineRep } from '../../wire/rest/release-pipeline.ts';
import type { SegmentRep } from '../../wire/rest/segment.ts';
import { FileError } from './file-error.ts';
import type { FlagFile, PipelineFile, ProjectFile, SegmentFile } from './file-schemas.ts';
import { fromFlagFile, toFlagFile, withPresentShares } from './flag-file.ts';
import { type NamedFile, type ProjectFiles, toNamedFiles } from './folder.ts';
import { fromPipelineFile, fromSegmentFile, toPipelineFile, toSegmentFile } from './part-files.ts';
import { diffTexts } from './text-diff.ts';

/** Something that a folder and a project both may have. */
export interface FileDifference {
  /** As the folder has it; undefined when only the project has it. */
  readonly wanted: NamedFile | undefined;
  /** As the project has it. */
  readonly present: NamedFile | undefined;
}

export const pathOf = ({ wanted, present }: FileDifference): string => wanted?.path ?? present?.path ?? '';

/** The lines that go and come when the project is made what the folder says. */
export const diffOf = ({ wanted, present }: FileDifference): string =>
  diffTexts(present?.text ?? '', wanted?.text ?? '');

export const isDifferent = ({ wanted, present }: FileDifference): boolean => wanted?.text !== present?.text;

/**
 * Puts a project and a folder side by side. How files are written does not count, nor do archived flags that the folder
 * does not have, nor shares that automated rollouts have moved.
 * @throws FileError naming the file and what is wrong in it
 */
export function compareProject(present: ProjectFiles | undefined, wanted: ProjectFiles): readonly FileDifference[] {
  const there = new Map(toNamedFiles(canonical(present, wanted)).map((file) => [file.id, file]));
  const here = new Map((present ? toNamedFiles(present) : []).map((file) => [file.id, file]));
  return [...new Set([...here.keys(), ...there.keys()])]
    .map((id) => ({ wanted: there.get(id), present: here.get(id) }))
    .filter(({ wanted, present }) => wanted !== undefined || !isArchived(present))
    .toSorted((left, right) => (pathOf(left) < pathOf(right) ? -1 : 1));
}

const isArchived = (file: NamedFile | undefined) => file?.kind === 'flag' && file.file.archived === true;

/** The files of a folder as an export would write them. */
function canonical(present: ProjectFiles | undefined, wanted: ProjectFiles): ProjectFiles {
  const presentFlags = new Map((present?.flags ?? []).map((flag) => [flag.key, flag]));
  const variations = new Map([...(present?.flags ?? []), ...wanted.flags].map((flag) => [flag.key, flag.variations]));
  const variationsOf = (key: string) => variations.get(key);
  return {
    project: canonicalProject(wanted.project, present?.project),
    flags: wanted.flags.map((flag) => {
      try {
        return canonicalFlag(withPresentShares(flag, presentFlags.get(flag.key)), variationsOf);
      } catch (error) {
        throw new FileError(`flag ${flag.key}: ${(error as Error).message}`);
      }
    }),
    segments: wanted.segments.map(canonicalSegment),
    pipelines: wanted.pipelines.map(canonicalPipeline),
  };
}

function canonicalFlag(file: FlagFile, variationsOf: (key: string) => FlagFile['variations'] | undefined): FlagFile {
  const document = fromFlagFile(file, { variationsOf, memberIdOf: (email) => email }) as FlagRep;
  const rep = { ...document, key: file.key, ...(file.maintainer && { _maintainer: { email: file.maintainer } }) };
  return toFlagFile(rep as FlagRep, { variationsOf });
}

const canonicalSegment = (file: SegmentFile): SegmentFile =>
  toSegmentFile({ ...(fromSegmentFile(file) as SegmentRep), key: file.key }, file.environment);

const itself = (value: string) => value;

function canonicalPipeline(file: PipelineFile): PipelineFile {
  const document = fromPipelineFile(file, itself) as Omit<PipelineRep, 'phases'> & {
    readonly phases: readonly (Omit<PipelineRep['phases'][number], 'audiences'> & {
      readonly audiences: readonly { readonly environmentKey?: string }[];
    })[];
  };
  const phases = document.phases.map((phase) => ({
    ...phase,
    audiences: phase.audiences.map(({ environmentKey, ...audience }) => ({
      ...audience,
      ...(environmentKey !== undefined && { environment: { key: environmentKey } }),
    })),
  }));
  return toPipelineFile(
    { ...document, key: file.key, _isLegacy: file.legacy, phases } as unknown as PipelineRep,
    itself,
  );
}

/** Environments that the folder does not speak of stay as they are, and so does their order. */
function canonicalProject(wanted: ProjectFile, present: ProjectFile | undefined): ProjectFile {
  const { tags = [], namingConvention, defaultPipeline } = wanted;
  const named = new Map(wanted.environments.map((environment) => [environment.key, environment]));
  const known = (present?.environments ?? []).map((environment) => named.get(environment.key) ?? environment);
  const added = wanted.environments.filter(({ key }) => !known.some((environment) => environment.key === key));
  return {
    key: wanted.key,
    name: wanted.name,
    ...(tags.length > 0 && { tags }),
    defaultClientSide: {
      usingEnvironmentId: wanted.defaultClientSide.usingEnvironmentId,
      usingMobileKey: wanted.defaultClientSide.usingMobileKey,
    },
    ...(namingConvention && { namingConvention }),
    ...(defaultPipeline !== undefined && { defaultPipeline }),
    environments: [...known, ...added].map(
      ({ key, name, color, tags: own = [], approvals, segmentApprovals, ...settings }) => ({
        key,
        name,
        color: color.toUpperCase(),
        ...(own.length > 0 && { tags: own }),
        critical: settings.critical,
        requireComments: settings.requireComments,
        confirmChanges: settings.confirmChanges,
        secureMode: settings.secureMode,
        defaultTrackEvents: settings.defaultTrackEvents,
        defaultTtl: settings.defaultTtl,
        ...(approvals && { approvals }),
        ...(segmentApprovals && { segmentApprovals }),
      }),
    ),
  };
}
