/** A moment as fields for dates and times have it, in the time of the browser; '' for none. @param at Unix milliseconds */
export function toField(at: number | undefined): string {
  if (at === undefined) return '';
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** What somebody has entered, in Unix milliseconds; undefined while it is not a whole moment. */
export function fromField(text: string): number | undefined {
  const at = new Date(text).getTime();
  return text === '' || Number.isNaN(at) ? undefined : at;
}
