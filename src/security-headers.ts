import type { ServerResponse } from 'node:http';

/** Nothing of an answer of the API is to be shown, run or framed. */
const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
];

/** One year: browsers that have reached us by https never try http again. */
const ALWAYS_HTTPS = 'max-age=31536000';

/** Gives every answer the headers that keep browsers safe; pages bring their own where they need others. */
export function addSecurityHeaders(response: ServerResponse, isSecure: boolean): void {
  for (const [name, value] of HEADERS) response.setHeader(name, value);
  if (isSecure) response.setHeader('strict-transport-security', ALWAYS_HTTPS);
}
