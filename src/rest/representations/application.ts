import type { Application, ApplicationVersion } from '../../domain/application.ts';
import type { ApplicationRep, ApplicationVersionRep } from '../../wire/rest/application.ts';
import { apiLink, pageLink } from '../links.ts';

/** A flag that an application has evaluated, with the project that the caller may know of. */
export interface SeenFlag {
  readonly projectKey: string;
  readonly key: string;
  readonly name: string;
}

export function toApplicationRep(application: Application, flags?: readonly SeenFlag[]): ApplicationRep {
  const { key, name, description, kind, createdAt, version } = application;
  return {
    _links: {
      self: apiLink('applications', key),
      parent: apiLink('applications'),
      versions: apiLink('applications', key, 'versions'),
    },
    _version: version,
    key,
    name,
    description,
    kind,
    autoAdded: true,
    creationDate: createdAt,
    ...(flags && { flags: toFlagListing(key, flags) }),
  };
}

function toFlagListing(applicationKey: string, flags: readonly SeenFlag[]): NonNullable<ApplicationRep['flags']> {
  return {
    _links: { parent: apiLink('applications', applicationKey) },
    totalCount: flags.length,
    items: flags.map(({ projectKey, key, name }) => ({
      name,
      key,
      _links: { self: apiLink('flags', projectKey, key) },
      _site: pageLink(projectKey, '~', 'features', key),
    })),
  };
}

export function toVersionRep(applicationKey: string, record: ApplicationVersion): ApplicationVersionRep {
  const { key, name, isSupported, createdAt, version } = record;
  return {
    _links: {
      self: apiLink('applications', applicationKey, 'versions', key),
      parent: apiLink('applications', applicationKey, 'versions'),
    },
    _version: version,
    key,
    name,
    autoAdded: true,
    creationDate: createdAt,
    supported: isSupported,
  };
}
