import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { show } from '../json.ts';
import { requireKey } from '../naming.ts';
import { requiredName, requiredTime } from './texts.ts';

const MAX_EXTINCTIONS = 10_000;

/** A revision that took the last reference to a flag out of a branch. */
export interface Extinction {
  readonly revision: string;
  /** What the revision says of itself. */
  readonly message: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly flagKey: string;
  readonly projKey: string;
}

/** Reads extinctions; of several for one flag and revision the last holds. @throws InvalidRequest naming the bad field */
export function readExtinctions(body: unknown): readonly Extinction[] {
  if (!Array.isArray(body)) throw new InvalidRequest(`body: expected an array of extinctions, got ${show(body)}`);
  if (body.length > MAX_EXTINCTIONS) {
    throw new InvalidRequest(`body: expected at most ${MAX_EXTINCTIONS} extinctions, got ${body.length}`);
  }
  const extinctions = body.map((item: unknown, index) => readExtinction(new Fields(item, `[${index}].`)));
  return [
    ...new Map(
      extinctions.map((extinction) => [
        `${extinction.projKey} ${extinction.flagKey} ${extinction.revision}`,
        extinction,
      ]),
    ).values(),
  ];
}

function readExtinction(fields: Fields): Extinction {
  return {
    revision: requiredName(fields, 'revision'),
    message: fields.string('message'),
    time: requiredTime(fields, 'time'),
    flagKey: requireKey(fields.path('flagKey'), fields.string('flagKey')),
    projKey: requireKey(fields.path('projKey'), fields.string('projKey')),
  };
}
