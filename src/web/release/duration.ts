const UNITS = [
  { name: 'days', short: 'd', millis: 86_400_000 },
  { name: 'hours', short: 'h', millis: 3_600_000 },
  { name: 'minutes', short: 'min', millis: 60_000 },
  { name: 'seconds', short: 's', millis: 1000 },
] as const;

export type DurationUnit = (typeof UNITS)[number]['name'];
export const DURATION_UNITS: readonly DurationUnit[] = UNITS.map(({ name }) => name);

/** A length of time as people say it, in its two largest units: `1 h 30 min`. @param millis milliseconds */
export function durationWords(millis: number): string {
  const first = UNITS.findIndex((unit) => millis >= unit.millis);
  if (first === -1) return '0 s';
  let rest = millis;
  const words = UNITS.slice(first, first + 2).flatMap(({ short, millis: length }) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? [] : [`${count} ${short}`];
  });
  return words.join(' ');
}

/** The largest unit in which a length of time is a whole number. @param millis milliseconds */
export function unitOf(millis: number): DurationUnit {
  return UNITS.find((unit) => millis > 0 && millis % unit.millis === 0)?.name ?? 'minutes';
}

/** How many milliseconds a unit has. */
export function millisOf(unit: DurationUnit): number {
  return UNITS.find(({ name }) => name === unit)?.millis ?? 1;
}
