/** Where lines are shown in the tool that has the code. */
export interface HunkPlace {
  /** The revision that was scanned. */
  readonly sha: string;
  readonly filePath: string;
  readonly lineNumber: number;
}

/** The address of lines by the template of a repository, with `${sha}`, `${filePath}` and `${lineNumber}` in it. */
export function hunkAddress(template: string | undefined, place: HunkPlace): string | undefined {
  if (!template) return undefined;
  const filePath = place.filePath.split('/').map(encodeURIComponent).join('/');
  const values = new Map<string, string>(Object.entries({ ...place, filePath, lineNumber: String(place.lineNumber) }));
  return template.replaceAll(/\$\{(\w+)\}/g, (written, name: string) => values.get(name) ?? written);
}
