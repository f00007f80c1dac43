import type { Actor } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { type Deps, write } from '../write.ts';
import { carryOutImport } from './big-segment-keys.ts';
import { changeSegment } from './change-segment.ts';
import { type SegmentImport, segmentImports } from './segment-import.ts';
import { loadSegment, type SegmentPlace } from './load-segment.ts';

export interface ImportSegment extends SegmentPlace {
  readonly actor: Actor;
  readonly fileName: string;
  /** Keys, one in each line; what follows a comma is passed over. */
  readonly csv: string;
  /** `merge` adds the keys, `replace` leaves no others. */
  readonly mode: string;
  /** Keep the keys until an approved change takes them in. */
  readonly waitsOnApproval: boolean;
}

/** Puts the keys of a file on a big segment, at once or when they are approved. @throws NotFound, InvalidRequest, Forbidden */
export async function importSegment(deps: Deps, request: ImportSegment): Promise<SegmentImport> {
  const { mode, actor } = request;
  if (mode !== 'merge' && mode !== 'replace') {
    throw new InvalidRequest(`mode: expected merge or replace, got ${show(mode)}`);
  }
  const keys = readKeys(request.csv);
  return write(deps, actor, async (write) => {
    const { project, environment, segment } = await loadSegment(write, request);
    if (!segment.isUnbounded) throw new InvalidRequest(`segment ${show(segment.key)} is not a big segment`);
    const action = 'updateIncluded';
    authorize(actor, accessesTo(specifier.segment(project, environment, segment), [action]));
    const id = write.ids.objectId();
    const one: SegmentImport = {
      id,
      key: id,
      version: 1,
      createdAt: write.now,
      segmentId: segment.id,
      fileName: request.fileName,
      mode,
      status: 'pending_approval',
      keys,
    };
    await segmentImports.insert(write.tx, { environmentId: environment.id }, one);
    if (request.waitsOnApproval) return one;
    const words = `Imported ${keys.length} targets from ${request.fileName} (${mode})`;
    const alongside = [{ action, words, titleVerb: 'imported targets of the segment' }];
    await changeSegment(write, { project, environment, before: segment, after: segment, by: actor, alongside });
    await carryOutImport(write.tx, segment, one);
    return { ...one, keys: [], status: 'complete', version: 2 };
  });
}

/** @throws InvalidRequest when there are none */
function readKeys(csv: string): readonly string[] {
  const cells = csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(
      (line) =>
        line
          .split(',')[0]
          ?.trim()
          .replace(/^"(.*)"$/, '$1') ?? '',
    );
  const keys = [...new Set(cells.filter((key) => key !== ''))];
  if (keys.length === 0) throw new InvalidRequest('file: expected a CSV file with a key in each line, got none');
  return keys;
}
