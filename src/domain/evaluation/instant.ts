const RFC3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The moment that a value of a date clause names: a number is Unix milliseconds, a text is RFC 3339 with a time zone and
 * at most nine digits of a second (docs/wire/sdk.md, "Operators"). Anything else is none.
 * @returns Unix milliseconds, with a fraction where the text has one
 */
export function parseInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? RFC3339.exec(value) : null;
  if (!match) return undefined;
  const [text, year, month, day, fraction = ''] = match;
  if (Number(day) > daysOf(Number(year), Number(month))) return undefined;
  return Date.parse(text.replace(fraction, '').toUpperCase()) + Number(`0${fraction}`) * 1000;
}

/** Days of a month, counted from 1: the day before the next one. */
function daysOf(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}
