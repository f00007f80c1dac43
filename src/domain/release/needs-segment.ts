import type { Release, ReleaseAudience } from './release.ts';

/** Whether a release is yet to bring its variation to a segment, or in the middle of it. */
export function stillNeedsSegment(
  release: Release,
  { environmentId, key }: { readonly environmentId: string; readonly key: string },
): boolean {
  const isOver = ({ status }: ReleaseAudience) => status === 'completed' || status === 'skipped';
  return release.phases
    .filter(({ status }) => status !== 'completed')
    .flatMap(({ audiences }) => audiences)
    .filter((audience) => audience.environmentId === environmentId && !isOver(audience))
    .some(({ segmentKeys }) => segmentKeys?.includes(key));
}
