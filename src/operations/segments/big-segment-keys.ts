import type { Actor } from '../../domain/access/actor.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import type { Difference } from '../../domain/flag/instruction.ts';
import { show } from '../../domain/json.ts';
import type { Segment, TargetType } from '../../domain/segment/segment.ts';
import type { SegmentInstruction } from '../../domain/segment/segment-instruction.ts';
import { changeBigSegmentKeys, type KeyChanges, replaceBigSegmentKeys } from '../../store/big-segments.ts';
import type { Db, Tx } from '../../store/database.ts';
import { type Deps, write } from '../write.ts';
import { changeSegment } from './change-segment.ts';
import { segmentImports, type SegmentImport } from './segment-import.ts';
import { loadSegment, type SegmentPlace } from './load-segment.ts';

/** One step: keys to put on a list and to take from it, or an import to carry out. */
type Step = { readonly list: TargetType; readonly changes: KeyChanges } | { readonly importId: string };

/** The changes of the keys of a big segment that the instructions of a patch ask for. */
export class BigSegmentChanges {
  readonly #segment: Segment;
  readonly #steps: Step[] = [];
  #imports: readonly SegmentImport[] = [];

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  /** The instructions about big segments; reading one remembers it. */
  get instructions(): Readonly<Record<string, SegmentInstruction>> {
    const keys = (list: TargetType, verb: 'add' | 'remove'): SegmentInstruction => {
      return (parameters) => {
        requireBig(this.#segment);
        const values = requireKeys(parameters, 'values');
        this.#steps.push({ list, changes: { add: [], remove: [], [verb]: values } });
        return (segment) => segment;
      };
    };
    return {
      addBigSegmentIncludedTargets: keys('included', 'add'),
      addBigSegmentExcludedTargets: keys('excluded', 'add'),
      removeBigSegmentIncludedTargets: keys('included', 'remove'),
      removeBigSegmentExcludedTargets: keys('excluded', 'remove'),
      processBigSegmentImport: (parameters) => {
        requireBig(this.#segment);
        this.#steps.push({ importId: parameters.string('importId') });
        return (segment) => segment;
      },
    };
  }

  /** What the steps change, as actions and in words. @throws InvalidRequest for an import that is not waiting */
  async differences(db: Db): Promise<readonly Difference[]> {
    const ids = this.#steps.flatMap((step) => ('importId' in step ? [step.importId] : []));
    this.#imports = await Promise.all(ids.map((id) => requireWaitingImport(db, this.#segment, id)));
    return this.#steps.flatMap((step) =>
      'importId' in step ? [importWords(step.importId)] : keyWords(step.list, step.changes),
    );
  }

  /** Stores what the steps change. */
  async store(tx: Tx): Promise<void> {
    for (const step of this.#steps) {
      if ('list' in step) await changeBigSegmentKeys(tx, this.#segment, step.list, step.changes);
    }
    for (const one of this.#imports) await carryOutImport(tx, this.#segment, one);
  }
}

const importWords = (importId: string): Difference => ({
  action: 'updateIncluded',
  words: `Imported targets (${importId})`,
  titleVerb: 'imported targets of the segment',
});

function keyWords(list: TargetType, { add, remove }: KeyChanges): readonly Difference[] {
  const words = [
    ...(add.length > 0 ? [`Added ${add.length} ${list} targets`] : []),
    ...(remove.length > 0 ? [`Removed ${remove.length} ${list} targets`] : []),
  ];
  const action = list === 'included' ? 'updateIncluded' : 'updateExcluded';
  return words.map((one) => ({ action, words: one, titleVerb: `changed the ${list} targets of the segment` }));
}

function requireBig({ key, isUnbounded }: Segment): void {
  if (!isUnbounded) throw new InvalidRequest(`segment ${show(key)} is not a big segment, whose targets are kept apart`);
}

const MAX_KEY_LENGTH = 1_000;

function requireKeys(fields: Fields, name: string): readonly string[] {
  const keys = fields.optional(name, fields.strings) ?? [];
  const bad = keys.find((key) => key === '' || key.length > MAX_KEY_LENGTH);
  if (bad !== undefined) fields.fail(name, `keys of 1 to ${MAX_KEY_LENGTH} characters`);
  return keys;
}

/** @throws InvalidRequest */
async function requireWaitingImport(db: Db, segment: Segment, id: string): Promise<SegmentImport> {
  const found = (await segmentImports.findById(db, id))?.resource;
  if (found?.segmentId === segment.id && found.status === 'pending_approval') return found;
  throw new InvalidRequest(`importId: ${show(id)} is not an import of this segment that waits`);
}

/** Puts the keys of an import on the list of those included. */
export async function carryOutImport(tx: Tx, segment: Segment, one: SegmentImport): Promise<void> {
  if (one.mode === 'replace') await replaceBigSegmentKeys(tx, segment, 'included', one.keys);
  else await changeBigSegmentKeys(tx, segment, 'included', { add: one.keys, remove: [] });
  await segmentImports.save(tx, { ...one, keys: [], status: 'complete', version: one.version + 1 });
}

export interface ChangeBigSegment extends SegmentPlace {
  readonly actor: Actor;
  /** `{included: {add, remove}, excluded: {add, remove}}`, as the request has it. */
  readonly body: unknown;
}

/** Changes keys of a big segment. @throws NotFound, InvalidRequest, Forbidden */
export async function changeBigSegment(deps: Deps, request: ChangeBigSegment): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const { project, environment, segment } = await loadSegment(write, request);
    requireBig(segment);
    const fields = new Fields(request.body, '');
    const lists = (['included', 'excluded'] as const).map((list) => {
      const given = fields.optional(list, fields.object) ?? new Fields({}, '');
      return { list, changes: { add: requireKeys(given, 'add'), remove: requireKeys(given, 'remove') } };
    });
    const alongside = lists.flatMap(({ list, changes }) => keyWords(list, changes));
    const by = request.actor;
    await changeSegment(write, { project, environment, before: segment, after: segment, by, alongside });
    for (const { list, changes } of lists) await changeBigSegmentKeys(write.tx, segment, list, changes);
  });
}
