import {
  DEFAULT_RESOURCE_APPROVAL_SETTINGS,
  type Environment,
  type EnvironmentSettings,
} from '../../../src/domain/environment.ts';
import { NOW } from './test-context.ts';

/** The settings of an environment in which nothing is required of anybody. */
export function environmentSettings(overrides: Partial<EnvironmentSettings> = {}): EnvironmentSettings {
  return {
    name: 'Test',
    color: 'F5A623',
    defaultTtl: 0,
    secureMode: false,
    defaultTrackEvents: false,
    requireComments: false,
    confirmChanges: false,
    critical: false,
    tags: [],
    approvalSettings: {
      required: false,
      requiredApprovalTags: [],
      minNumApprovals: 1,
      canReviewOwnRequest: false,
      canApplyDeclinedChanges: true,
      bypassApprovalsForPendingChanges: false,
    },
    resourceApprovalSettings: DEFAULT_RESOURCE_APPROVAL_SETTINGS,
    ...overrides,
  };
}

/** The environment `test` of `aProject()`. */
export function anEnvironment(overrides: Partial<Environment> = {}): Environment {
  return {
    ...environmentSettings(),
    id: 'test-id',
    projectId: 'project-id',
    key: 'test',
    sdkKey: 'sdk-test',
    mobileKey: 'mob-test',
    version: 1,
    createdAt: NOW,
    ...overrides,
  };
}
