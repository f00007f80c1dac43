/** The page of a flag, in an environment where one is meant. */
export function flagPath(projectKey: string, flagKey: string, environmentKey?: string): string {
  return inEnvironment(
    `/projects/${encodeURIComponent(projectKey)}/flags/${encodeURIComponent(flagKey)}`,
    environmentKey,
  );
}

/** The page of a segment in an environment. */
export function segmentPath(projectKey: string, segmentKey: string, environmentKey?: string): string {
  const path = `/projects/${encodeURIComponent(projectKey)}/segments/${encodeURIComponent(segmentKey)}`;
  return inEnvironment(path, environmentKey);
}

function inEnvironment(path: string, environmentKey: string | undefined): string {
  return environmentKey === undefined ? path : `${path}?env=${encodeURIComponent(environmentKey)}`;
}
