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

/** The page of a context or, with an id, of an instance. */
export function contextPath(
  projectKey: string,
  environmentKey: string,
  which: { readonly kind: string; readonly key: string } | { readonly instance: string },
): string {
  const query = new URLSearchParams({ env: environmentKey, ...which });
  return `/projects/${encodeURIComponent(projectKey)}/contexts/one?${query.toString()}`;
}

/** The page that a `site` link of the API leads to. @param path as the browser has it, encoded */
export function siteTarget(path: string): string {
  const [, projectKey = '', environmentKey = '', what, first = '', second = ''] = path
    .split('/')
    .map((segment) => decodeURIComponent(segment));
  const which = what === 'contexts' ? { kind: first, key: second } : { instance: first };
  return contextPath(projectKey, environmentKey, which);
}

function inEnvironment(path: string, environmentKey: string | undefined): string {
  return environmentKey === undefined ? path : `${path}?env=${encodeURIComponent(environmentKey)}`;
}
