import type { Actor } from '../../domain/access/actor.ts';
import { changedParts } from '../../domain/release/flag-parts.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import { noteReleaseChange } from '../../store/release-changes.ts';
import type { Write } from '../write.ts';

/**
 * Notes what a release has changed of its flag, so that it can be taken back exactly (docs/wire/releases.md, "Take back").
 * Part of every change of a flag.
 */
export async function noteChanges(
  write: Write,
  change: { readonly before: Flag; readonly after: Flag; readonly by: Actor; readonly releaseId?: string | undefined },
): Promise<void> {
  const releaseId = change.by.kind === 'release' ? change.by.releaseId : change.releaseId;
  if (releaseId === undefined) return;
  for (const [key, config] of Object.entries(change.after.environments)) {
    const old = change.before.environments[key];
    if (!old || old === config) continue;
    for (const part of changedParts(old, config)) {
      await noteReleaseChange(write.tx, { releaseId, environmentId: config.environmentId, ...part });
    }
  }
}
