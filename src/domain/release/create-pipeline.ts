import { Fields } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { requireKey, requireName, requireTags } from '../naming.ts';
import type { Pipeline } from './pipeline.ts';
import { type PipelineScope, readPhases } from './read-phases.ts';

/**
 * Makes a pipeline from a request (docs/wire/release-pipelines.md, "Create a pipeline").
 * @param body as it came
 * @throws InvalidRequest naming the bad field
 */
export function createPipeline(
  body: unknown,
  scope: { readonly projectId: string; readonly environments: PipelineScope['environments'] },
  context: DecisionContext,
): Pipeline {
  const fields = new Fields(body, '');
  const isLegacy = fields.optional('isLegacy', fields.boolean) ?? false;
  return {
    id: context.ids.objectId(),
    projectId: scope.projectId,
    key: requireKey('key', fields.string('key')),
    ...readPipelineTexts(fields),
    phases: readPhases(fields, { environments: scope.environments, isLegacy }).map((phase) => ({
      id: context.ids.uuid(),
      ...phase,
    })),
    ...(isLegacy && { isLegacy: true }),
    version: 0,
    createdAt: context.now,
  };
}

/** What a pipeline says of itself. @throws InvalidRequest naming the bad field */
export function readPipelineTexts(fields: Fields): Pick<Pipeline, 'name' | 'description' | 'tags'> {
  return {
    name: requireName('name', fields.string('name')),
    description: fields.optional('description', fields.string) ?? '',
    tags: requireTags('tags', fields.optional('tags', fields.strings) ?? []),
  };
}
