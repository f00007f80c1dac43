import type { Told } from '../domain/application.ts';

/** What the header `X-LaunchDarkly-Tags` tells of the application that an SDK is part of. */
export interface ApplicationTags extends Told {
  readonly version?: Told | undefined;
}

/** What SDKs let pass as a value. */
const VALUE = /^[a-zA-Z0-9._-]{1,64}$/;

/**
 * Reads the header `X-LaunchDarkly-Tags`: pairs of a name and values, such as
 * `application-id/shop application-version/1.2` (docs/wire/applications.md). Of several values the first counts, and what
 * no SDK would send is passed over.
 * @returns undefined when no application is named
 */
export function readApplicationTags(header: string | undefined): ApplicationTags | undefined {
  if (header === undefined) return undefined;
  const pairs = header.split(' ').map((pair) => pair.split('/'));
  const find = (name: string) => {
    const value = pairs.find((pair) => pair[0] === name)?.[1]?.split(':')[0];
    return value !== undefined && VALUE.test(value) ? value : undefined;
  };
  const key = find('application-id');
  const versionKey = find('application-version');
  if (key === undefined) return undefined;
  return {
    key,
    name: find('application-name'),
    version: versionKey === undefined ? undefined : { key: versionKey, name: find('application-version-name') },
  };
}
