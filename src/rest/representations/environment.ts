import type { Caller } from '../../domain/access/actor.ts';
import { can } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { type ApprovalSettings, type Environment, ENVIRONMENT_ACTIONS } from '../../domain/environment.ts';
import type { Project } from '../../domain/project.ts';
import type { EnvironmentRep } from '../../wire/rest/environment.ts';
import { apiLink } from '../links.ts';
import { toAccessRep } from './access.ts';

/** For whom an environment is shown, and in which project. */
export interface EnvironmentView {
  readonly project: Project;
  readonly caller: Caller;
  /** Whether to show what the caller may do with it. */
  readonly hasAccess?: boolean;
}

const ACTIONS = [
  ...Object.values(ENVIRONMENT_ACTIONS),
  'updateApiKey',
  'updateMobileKey',
  'viewSdkKey',
  'deleteEnvironment',
];

/** An environment with its keys; who may not view these sees their last four characters. */
export function toEnvironmentRep(
  environment: Environment,
  { project, caller, hasAccess }: EnvironmentView,
): EnvironmentRep {
  const path = ['projects', project.key, 'environments', environment.key] as const;
  const resource = specifier.environment(project, environment);
  const showsKeys = can(caller, { action: 'viewSdkKey', ...resource });
  const shown = (key: string) => (showsKeys ? key : `***${key.slice(-4)}`);
  return {
    _links: {
      self: apiLink(...path),
      apiKey: apiLink(...path, 'apiKey'),
      mobileKey: apiLink(...path, 'mobileKey'),
    },
    _id: environment.id,
    key: environment.key,
    name: environment.name,
    apiKey: shown(environment.sdkKey),
    mobileKey: shown(environment.mobileKey),
    color: environment.color,
    defaultTtl: environment.defaultTtl,
    secureMode: environment.secureMode,
    defaultTrackEvents: environment.defaultTrackEvents,
    confirmChanges: environment.confirmChanges,
    requireComments: environment.requireComments,
    critical: environment.critical,
    tags: [...environment.tags],
    approvalSettings: toApprovalSettingsRep(environment.approvalSettings),
    resourceApprovalSettings: { segment: toApprovalSettingsRep(environment.resourceApprovalSettings.segment) },
    ...(hasAccess && { _access: toAccessRep(caller, resource, ACTIONS) }),
  };
}

export function toApprovalSettingsRep(settings: ApprovalSettings) {
  return {
    ...settings,
    requiredApprovalTags: [...settings.requiredApprovalTags],
    serviceKind: 'launchdarkly',
    serviceConfig: {},
  };
}

/** An environment as other resources show it. */
export function toEnvironmentSummary(projectKey: string, { key, name, color }: Environment) {
  return { _links: { self: apiLink('projects', projectKey, 'environments', key) }, key, name, color };
}
