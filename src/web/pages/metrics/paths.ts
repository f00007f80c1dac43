/** The address of the page of a metric. */
export function metricAddress(projectKey: string, metricKey: string): string {
  return `/projects/${encodeURIComponent(projectKey)}/metrics/${encodeURIComponent(metricKey)}`;
}

/** Beginning of the paths of all metric groups of a project in the API. */
export function groupsPath(projectKey: string): readonly string[] {
  return ['projects', projectKey, 'metric-groups'];
}
