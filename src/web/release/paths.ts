/** Segments of the path of a flag's release in the API, and what hangs below it. */
export function releasePath(projectKey: string, flagKey: string, ...more: readonly string[]): readonly string[] {
  return ['projects', projectKey, 'flags', flagKey, 'release', ...more];
}

/** The address of the page of a flag's release. */
export function releaseAddress(projectKey: string, flagKey: string): string {
  return `/projects/${encodeURIComponent(projectKey)}/flags/${encodeURIComponent(flagKey)}/release`;
}

/** The address of the page of a flag. */
export function flagAddress(projectKey: string, flagKey: string): string {
  return `/projects/${encodeURIComponent(projectKey)}/flags/${encodeURIComponent(flagKey)}`;
}
