import type { Environment } from '../../domain/environment.ts';
import type { EnvironmentRep } from '../../wire/rest/environment.ts';
import { apiLink } from '../links.ts';

/** An environment with its keys. */
export function toEnvironmentRep(projectKey: string, environment: Environment): EnvironmentRep {
  const path = ['projects', projectKey, 'environments', environment.key] as const;
  return {
    _links: {
      self: apiLink(...path),
      apiKey: apiLink(...path, 'apiKey'),
      mobileKey: apiLink(...path, 'mobileKey'),
    },
    _id: environment.id,
    key: environment.key,
    name: environment.name,
    apiKey: environment.sdkKey,
    mobileKey: environment.mobileKey,
    color: environment.color,
    defaultTtl: environment.defaultTtl,
    secureMode: environment.secureMode,
    defaultTrackEvents: environment.defaultTrackEvents,
    confirmChanges: environment.confirmChanges,
    requireComments: environment.requireComments,
    critical: environment.critical,
    tags: [...environment.tags],
    approvalSettings: {
      ...environment.approvalSettings,
      requiredApprovalTags: [...environment.approvalSettings.requiredApprovalTags],
      serviceKind: 'launchdarkly',
      serviceConfig: {},
    },
  };
}

/** An environment as other resources show it. */
export function toEnvironmentSummary(projectKey: string, { key, name, color }: Environment) {
  return { _links: { self: apiLink('projects', projectKey, 'environments', key) }, key, name, color };
}
