import type { Link } from '../wire/rest/common.ts';

const API = '/api/v2';

/** A link to a resource of the API, from the segments of its path below `/api/v2`. */
export function apiLink(...segments: readonly string[]): Link {
  return { href: apiPath(...segments), type: 'application/json' };
}

/** A link to a page for people. */
export function pageLink(...segments: readonly string[]): Link {
  return { href: `/${segments.map(encodeURIComponent).join('/')}`, type: 'text/html' };
}

export function apiPath(...segments: readonly string[]): string {
  return [API, ...segments.map(encodeURIComponent)].join('/');
}
