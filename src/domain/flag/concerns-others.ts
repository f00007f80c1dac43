import type { DocumentPatch } from '../document-patch.ts';
import type { SemanticPatch } from './apply-instructions.ts';

/** A patch in any of the formats that flags take; all of them come to the same instructions. */
export type FlagPatch = ({ readonly format: 'semantic' } & SemanticPatch) | DocumentPatch;

/** Instructions about prerequisites, the list of variations, being archived or being there at all. */
const INSTRUCTION = /rerequisite|^(add|remove)Variation$|^(archive|restore|delete)Flag$/;

/** Paths and members about the same, about pipelines, and about whole environments. */
const MEMBER = /"\/?(variations|archived|releasePipelineKey)["/]|prerequisites|"\/environments(\/[^/"]*)?"/;

/**
 * Whether a patch may touch what other flags or releases build on, so that the project has to be held for it; in doubt
 * yes. All changes of that sort go one after another, and no two wait for each other's flags.
 */
export function concernsOthers(patch: FlagPatch): boolean {
  if (patch.format !== 'semantic') return MEMBER.test(JSON.stringify(patch));
  return patch.instructions.some((instruction) => {
    const kind = (instruction as { kind?: unknown } | null)?.kind;
    return typeof kind === 'string' && INSTRUCTION.test(kind);
  });
}
