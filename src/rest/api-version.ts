import { Forbidden, InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';

/** The versions of the API that a request may ask for (docs/wire/rest.md, "Versions"). */
export const VALID_VERSIONS = [20160426, 20191212, 20210729, 20220603, 20240415] as const;
export const LATEST_VERSION = 20240415;

/** What a request asked for. */
export interface ApiVersion {
  readonly version: number;
  readonly isBeta: boolean;
}

/**
 * Reads the header `LD-API-Version`: a date, or `beta` for the newest version with beta resources. A header that was
 * sent twice counts as beta if one of them says so.
 * @param fallback the default version of the caller's token
 * @throws InvalidRequest for anything else
 */
export function parseApiVersion(header: string | string[] | undefined, fallback: number | undefined): ApiVersion {
  const values = headerValues(header);
  if (values.includes('beta')) return { version: LATEST_VERSION, isBeta: true };
  const [value] = values;
  if (value === undefined) return { version: fallback ?? LATEST_VERSION, isBeta: false };
  const version = VALID_VERSIONS.find((valid) => String(valid) === value);
  if (version === undefined) {
    throw new InvalidRequest(
      `LD-API-Version: expected beta or one of ${VALID_VERSIONS.join(', ')}, got ${show(value)}`,
    );
  }
  return { version, isBeta: false };
}

/** @throws Forbidden when the header of a request for a beta resource does not say so */
export function requireBeta(header: string | string[] | undefined): void {
  if (headerValues(header).includes('beta')) return;
  throw new Forbidden('This API is in beta. To use it, your request must include the header `LD-API-Version: beta`.');
}

function headerValues(header: string | string[] | undefined): readonly string[] {
  return [header ?? []].flat().flatMap((value) => value.split(',').map((part) => part.trim()));
}
