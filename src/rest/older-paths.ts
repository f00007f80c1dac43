const AUTOMATED_RELEASES = /^\/internal(?=\/projects\/[^/]+\/(?:flags|environments)\/[^?]*automated-releases)/;

/** Official tools look for automated releases below `/internal`; here they are part of the API (docs/wire/guarded-rollouts.md). */
export function toApiPath(url: string): string {
  return url.replace(AUTOMATED_RELEASES, '/api/v2');
}
