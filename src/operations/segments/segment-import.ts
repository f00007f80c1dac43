import { type Resource, resourceStore } from '../../store/resources.ts';

/** A file of keys on its way into a big segment. */
export interface SegmentImport extends Resource {
  readonly segmentId: string;
  readonly fileName: string;
  readonly mode: 'merge' | 'replace';
  readonly status: 'pending_approval' | 'complete';
  /** The keys while the import waits; none afterwards. */
  readonly keys: readonly string[];
}

export const segmentImports = resourceStore<SegmentImport>('segment-import', 'import');
