import type { Environment } from '../environment.ts';
import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { type Json, jsonEquals, show } from '../json.ts';
import { readPipelineTexts } from './create-pipeline.ts';
import type { Pipeline, PipelinePhase } from './pipeline.ts';
import { isSameButName } from './pipeline-differences.ts';
import { type PhaseDraft, readPhases } from './read-phases.ts';
import { applyStrictPatch } from './strict-patch.ts';

/** What a change of a pipeline depends on. */
export interface UpdateScope {
  readonly environments: readonly Environment[];
  /** Whether flags are on their way through it: then its phases keep everything but their names. */
  readonly hasActiveReleases: boolean;
}

/**
 * Puts other settings in the place of all there are (docs/wire/release-pipelines.md, "Change a pipeline"). A phase keeps
 * its id as long as its audiences stay the same.
 * @throws InvalidRequest naming the bad field, or the first phase that cannot change now
 */
export function replacePipeline(
  before: Pipeline,
  body: unknown,
  scope: UpdateScope,
  { ids }: DecisionContext,
): Pipeline {
  const fields = new Fields(body, '');
  const drafts = readPhases(fields, {
    environments: scope.environments,
    isLegacy: before.isLegacy ?? false,
    formerPhase: (_fields, index) => before.phases[index],
  });
  const phases = scope.hasActiveReleases
    ? renamePhases(before.phases, drafts)
    : drafts.map((draft, index) => {
        const former = before.phases[index];
        const isKept = former !== undefined && jsonEquals(former.audiences, draft.audiences);
        return { id: isKept ? former.id : ids.uuid(), ...draft };
      });
  return { ...before, ...readPipelineTexts(fields), phases };
}

const PATCHED = ['name', 'description', 'tags', 'phases'];

/**
 * Applies a JSON patch to the settings of a pipeline as requests write them. Every phase that survives it keeps its id.
 * @throws InvalidRequest, InvalidPatch
 */
export function patchPipeline(
  before: Pipeline,
  patch: unknown,
  scope: UpdateScope,
  { ids }: DecisionContext,
): Pipeline {
  const fields = new Fields(applyStrictPatch(toDocument(before, scope.environments), patch, PATCHED), '');
  const former = survivors(before.phases, fields);
  const drafts = readPhases(fields, {
    environments: scope.environments,
    isLegacy: before.isLegacy ?? false,
    formerPhase: (_fields, index) => former[index],
  });
  const phases = scope.hasActiveReleases
    ? renamePhases(before.phases, drafts)
    : drafts.map((draft, index) => ({ id: former[index]?.id ?? ids.uuid(), ...draft }));
  return { ...before, ...readPipelineTexts(fields), phases };
}

/** The phases that those of a patched document were before; a copy of a phase is a new one. */
function survivors(phases: readonly PipelinePhase[], fields: Fields): readonly (PipelinePhase | undefined)[] {
  const ids = fields.objects('phases').map((phase) => phase.raw('id'));
  return ids.map((id, index) => (ids.indexOf(id) < index ? undefined : phases.find((phase) => phase.id === id)));
}

/** Phases with other names and nothing else. @throws InvalidRequest naming the first phase that is another one */
function renamePhases(before: readonly PipelinePhase[], after: readonly PhaseDraft[]): readonly PipelinePhase[] {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index++) {
    const [former, draft] = [before[index], after[index]];
    if (former && draft && isSameButName(former, draft)) continue;
    throw new InvalidRequest(
      `phases[${index}]: expected ${former ? `the phase ${show(former.name)} with no change but of its name` : 'no further phase'}, since flags are on their way through the pipeline`,
    );
  }
  return before.map((phase, index) => ({ ...phase, name: after[index]?.name ?? phase.name }));
}

/** The settings as requests write them, with the ids of phases. */
function toDocument({ name, description, tags, phases }: Pipeline, environments: readonly Environment[]): object {
  const keyOf = (environmentId: string) => environments.find(({ id }) => id === environmentId)?.key;
  const document = {
    name,
    description,
    tags,
    phases: phases.map((phase) => ({
      id: phase.id,
      name: phase.name,
      configuration: {
        bakeTimeDurationMs: phase.bakeTimeMs,
        startAutomatically: phase.startsAutomatically,
        gates: phase.gates?.map(({ kind, url, timeoutMs }) => ({ kind, url, timeoutMillis: timeoutMs })),
      },
      audiences: phase.audiences.map(({ environmentId, ...audience }) => ({
        environmentKey: keyOf(environmentId),
        ...audience,
      })),
    })),
  };
  // What is undefined is not there for whoever patches it.
  return JSON.parse(JSON.stringify(document)) as Json & object;
}
