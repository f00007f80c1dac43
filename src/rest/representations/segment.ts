import type { Segment } from '../../domain/segment/segment.ts';
import { toSegmentDocument } from '../../domain/segment/segment-document.ts';
import type { AccessRep } from '../../wire/rest/access.ts';
import type { SegmentRep } from '../../wire/rest/segment.ts';
import { apiLink, pageLink } from '../links.ts';

/** What a representation of a segment shows beside the segment. */
export interface SegmentView {
  readonly projectKey: string;
  readonly environmentKey: string;
  /** The flags that target it, where they are to be shown. */
  readonly flags?: readonly { readonly key: string; readonly name: string }[];
  /** How many keys a big segment has, where that is to be shown. */
  readonly counts?: { readonly included: number; readonly excluded: number } | undefined;
  readonly access?: AccessRep | undefined;
}

export function toSegmentRep(segment: Segment, view: SegmentView): SegmentRep {
  const { projectKey, environmentKey, flags, counts, access } = view;
  return {
    _links: {
      self: apiLink('segments', projectKey, environmentKey, segment.key),
      parent: apiLink('segments', projectKey, environmentKey),
      site: pageLink(projectKey, environmentKey, 'segments', segment.key),
    },
    ...toSegmentDocument(segment),
    ...(counts && { _unboundedMetadata: toMetadata(segment, counts) }),
    ...(flags && {
      _flags: flags.map(({ key, name }) => ({
        name,
        key,
        _links: { self: apiLink('flags', projectKey, key), parent: apiLink('flags', projectKey) },
        _site: pageLink(projectKey, environmentKey, 'features', key),
      })),
    }),
    ...(access && { _access: access }),
  };
}

function toMetadata(segment: Segment, { included, excluded }: { included: number; excluded: number }) {
  return {
    envId: segment.environmentId,
    segmentId: `${segment.key}.g${segment.generation}`,
    version: segment.version,
    includedCount: included,
    excludedCount: excluded,
    lastModified: segment.lastModified,
    deleted: false,
  };
}
