/** What is to be measured of a flag in an environment. */
export interface Watch {
  readonly id: string;
  readonly environmentId: string;
  readonly flagKey: string;
  /** The kind of the contexts whose keys are the units. */
  readonly unitKind: string;
  /** Evaluations of earlier versions of the flag in the environment do not count. */
  readonly fromVersion: number;
  /** The events that are measured. */
  readonly eventKeys: readonly string[];
}

/** What an SDK tells that measuring is about: a unit was served a variation, or something happened to it. */
export type Occurrence = Exposing | Happening;

interface Told {
  /** Keys of the contexts that were there, by kind. */
  readonly units: ReadonlyMap<string, string>;
}

interface Exposing extends Told {
  readonly kind: 'exposure';
  readonly flagKey: string;
  readonly variation: number;
  readonly version: number;
}

interface Happening extends Told {
  readonly kind: 'event';
  readonly eventKey: string;
  /** What was measured, if the event says. */
  readonly value: number | undefined;
  /** How many events this one stands for. */
  readonly times: number;
}

/** A unit that was served a variation; one that was served two has two. */
export interface Exposure {
  readonly unitKey: string;
  readonly variation: number;
}

/** What events of one key say of a unit. */
export interface Measurement {
  readonly eventKey: string;
  readonly unitKey: string;
  readonly count: number;
  /** How many of them have a value. */
  readonly valued: number;
  readonly sum: number;
}

/** The units to which something that is measured has happened, each once. */
export function unitsOfEvents(watch: Watch, occurrences: readonly Occurrence[]): readonly string[] {
  return [...new Set(occurrences.filter((one) => one.kind === 'event').flatMap((one) => unitOf(watch, one) ?? []))];
}

/**
 * What occurrences, in their order, tell of a flag that is watched (docs/wire/sdk.md, "Measurements"): an event counts
 * from the time at which its unit was first served a variation.
 * @param exposed units that have been served a variation before
 */
export function measure(
  watch: Watch,
  occurrences: readonly Occurrence[],
  exposed: ReadonlySet<string>,
): { readonly exposures: readonly Exposure[]; readonly measurements: readonly Measurement[] } {
  const known = new Set(exposed);
  const exposures = new Map<string, Exposure>();
  const measurements = new Map<string, Measurement>();
  for (const one of occurrences) {
    const unitKey = unitOf(watch, one);
    if (unitKey === undefined) continue;
    if (one.kind === 'exposure') {
      known.add(unitKey);
      exposures.set(`${one.variation} ${unitKey}`, { unitKey, variation: one.variation });
    } else if (known.has(unitKey)) {
      const id = JSON.stringify([one.eventKey, unitKey]);
      measurements.set(id, add(measurements.get(id) ?? nothing(one.eventKey, unitKey), one));
    }
  }
  return { exposures: [...exposures.values()], measurements: [...measurements.values()] };
}

/** The unit that an occurrence is about, if it matters to a watch. */
function unitOf(watch: Watch, one: Occurrence): string | undefined {
  const matters =
    one.kind === 'exposure'
      ? one.flagKey === watch.flagKey && one.version >= watch.fromVersion
      : watch.eventKeys.includes(one.eventKey);
  return matters ? one.units.get(watch.unitKind) : undefined;
}

const nothing = (eventKey: string, unitKey: string): Measurement => ({
  eventKey,
  unitKey,
  count: 0,
  valued: 0,
  sum: 0,
});

function add(measurement: Measurement, { value, times }: Happening): Measurement {
  const counted = { ...measurement, count: measurement.count + times };
  if (value === undefined) return counted;
  return { ...counted, valued: measurement.valued + times, sum: measurement.sum + value * times };
}
