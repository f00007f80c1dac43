const AUTOMATED_RELEASES = /^\/internal(?=\/projects\/[^/]+\/(?:flags|environments)\/[^?]*automated-releases)/;
const MANIFEST = /^\/openfeature\/v0\/manifest(?=[/?]|$)/;

/** The project that the manifest is of when none is named: the one that is there from the first start. */
const FIRST_PROJECT = 'default';

/**
 * Where a request belongs in the API. Official tools look for automated releases below `/internal`
 * (docs/wire/guarded-rollouts.md), and those of OpenFeature for the manifest below the root
 * (docs/wire/openfeature-manifest.md).
 */
export function toApiPath(url: string): string {
  return MANIFEST.test(url) ? toManifestPath(url) : url.replace(AUTOMATED_RELEASES, '/api/v2');
}

function toManifestPath(url: string): string {
  const project = new URL(url, 'http://localhost').searchParams.get('project') || FIRST_PROJECT;
  return `/api/v2/projects/${encodeURIComponent(project)}${url}`;
}
