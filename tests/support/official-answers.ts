/**
 * The official type of the successful answer of each route below `/api/v2`; null where there is no body, undefined where
 * there is no type.
 */
export const OFFICIAL_ANSWERS: Readonly<Record<string, string | null | undefined>> = {
  'GET /': 'RootResponse',
  'GET /caller-identity': 'CallerIdentityRep',
  'GET /versions': 'VersionsRep',
  'GET /projects': 'Projects',
  'POST /projects': 'ProjectRep',
  'GET /projects/{}': 'Project',
  'PATCH /projects/{}': 'ProjectRep',
  'DELETE /projects/{}': null,
  'GET /projects/{}/environments': 'Environments',
  'POST /projects/{}/environments': 'Environment',
  'GET /projects/{}/environments/{}': 'Environment',
  'POST /projects/{}/environments/{}/flags/evaluate': 'ContextInstanceEvaluations',
  'POST /projects/{}/environments/{}/segments/evaluate': 'ContextInstanceSegmentMemberships',
  'PATCH /projects/{}/environments/{}': 'Environment',
  'DELETE /projects/{}/environments/{}': null,
  'POST /projects/{}/environments/{}/apiKey': 'Environment',
  'POST /projects/{}/environments/{}/mobileKey': 'Environment',
  'GET /projects/{}/flag-defaults': 'FlagDefaultsRep',
  'PUT /projects/{}/flag-defaults': 'UpsertPayloadRep',
  'PATCH /projects/{}/flag-defaults': 'UpsertPayloadRep',
  'GET /auditlog': 'AuditLogEntryListingRepCollection',
  'POST /auditlog': 'AuditLogEntryListingRepCollection',
  'GET /auditlog/{}': 'AuditLogEntryRep',
  // In the official document, but not in this version of its client.
  'POST /auditlog/counts': undefined,
  // Ours.
  'GET /auditlog.ndjson': undefined,
  'GET /segments/{}/{}': 'UserSegments',
  'POST /segments/{}/{}': 'UserSegment',
  'GET /segments/{}/{}/{}': 'UserSegment',
  'PATCH /segments/{}/{}/{}': 'UserSegment',
  'DELETE /segments/{}/{}/{}': null,
  'POST /segments/{}/{}/{}/contexts': null,
  'POST /segments/{}/{}/{}/users': null,
  'GET /segments/{}/{}/{}/contexts/{}': 'BigSegmentTarget',
  'GET /segments/{}/{}/{}/users/{}': 'BigSegmentTarget',
  'POST /segments/{}/{}/{}/imports': null,
  'GET /segments/{}/{}/{}/imports/{}': 'Import',
  'POST /segments/{}/{}/{}/exports': null,
  'GET /segments/{}/{}/{}/exports/{}': 'Export',
  // Ours: where the link of an export leads.
  'GET /segments/{}/{}/{}/exports/{}/file': undefined,
  'GET /segments/{}/{}/expiring-targets/{}': 'ExpiringTargetGetResponse',
  'PATCH /segments/{}/{}/expiring-targets/{}': 'ExpiringTargetPatchResponse',
  'GET /segments/{}/{}/expiring-user-targets/{}': 'ExpiringUserTargetGetResponse',
  'PATCH /segments/{}/{}/expiring-user-targets/{}': 'ExpiringUserTargetPatchResponse',
  'GET /approval-requests': 'ExpandableApprovalRequestsResponse',
  'POST /approval-requests': 'ApprovalRequestResponse',
  'GET /approval-requests/{}': 'ExpandableApprovalRequestResponse',
  'PATCH /approval-requests/{}': 'FlagConfigApprovalRequestResponse',
  'DELETE /approval-requests/{}': null,
  'POST /approval-requests/{}/reviews': 'ApprovalRequestResponse',
  'POST /approval-requests/{}/apply': 'ApprovalRequestResponse',
  'GET /projects/{}/flags/{}/environments/{}/approval-requests': 'FlagConfigApprovalRequestsResponse',
  'POST /projects/{}/flags/{}/environments/{}/approval-requests': 'FlagConfigApprovalRequestResponse',
  'POST /projects/{}/flags/{}/environments/{}/approval-requests-flag-copy': 'FlagConfigApprovalRequestResponse',
  'GET /projects/{}/flags/{}/environments/{}/approval-requests/{}': 'FlagConfigApprovalRequestResponse',
  'PATCH /projects/{}/flags/{}/environments/{}/approval-requests/{}': 'FlagConfigApprovalRequestResponse',
  'DELETE /projects/{}/flags/{}/environments/{}/approval-requests/{}': null,
  'POST /projects/{}/flags/{}/environments/{}/approval-requests/{}/reviews': 'FlagConfigApprovalRequestResponse',
  'POST /projects/{}/flags/{}/environments/{}/approval-requests/{}/apply': 'FlagConfigApprovalRequestResponse',
  // In the official document, but not in this version of its client.
  'GET /approval-requests/projects/{}/settings': undefined,
  'PATCH /approval-requests/projects/{}/settings': undefined,
  'GET /projects/{}/flags/{}/environments/{}/scheduled-changes': 'FeatureFlagScheduledChanges',
  'POST /projects/{}/flags/{}/environments/{}/scheduled-changes': 'FeatureFlagScheduledChange',
  'GET /projects/{}/flags/{}/environments/{}/scheduled-changes/{}': 'FeatureFlagScheduledChange',
  'PATCH /projects/{}/flags/{}/environments/{}/scheduled-changes/{}': 'FeatureFlagScheduledChange',
  'DELETE /projects/{}/flags/{}/environments/{}/scheduled-changes/{}': null,
  'GET /applications': 'ApplicationCollectionRep',
  'GET /applications/{}': 'ApplicationRep',
  'PATCH /applications/{}': 'ApplicationRep',
  'DELETE /applications/{}': null,
  'GET /applications/{}/versions': 'ApplicationVersionsCollectionRep',
  'PATCH /applications/{}/versions/{}': 'ApplicationVersionRep',
  'DELETE /applications/{}/versions/{}': null,
  'GET /webhooks': 'Webhooks',
  'POST /webhooks': 'Webhook',
  'GET /webhooks/{}': 'Webhook',
  'PATCH /webhooks/{}': 'Webhook',
  'DELETE /webhooks/{}': null,
  // Ours.
  'GET /webhooks/{}/deliveries': undefined,
  'POST /webhooks/{}/test': undefined,
  'GET /metrics/{}': 'MetricCollectionRep',
  'POST /metrics/{}': 'MetricRep',
  'GET /metrics/{}/{}': 'MetricRep',
  'PATCH /metrics/{}/{}': 'MetricRep',
  'DELETE /metrics/{}/{}': null,
  'GET /flags/{}/{}/triggers/{}': 'TriggerWorkflowCollectionRep',
  'POST /flags/{}/{}/triggers/{}': 'TriggerWorkflowRep',
  'GET /flags/{}/{}/triggers/{}/{}': 'TriggerWorkflowRep',
  'PATCH /flags/{}/{}/triggers/{}/{}': 'TriggerWorkflowRep',
  'DELETE /flags/{}/{}/triggers/{}/{}': null,
  'GET /projects/{}/flags/{}/environments/{}/followers': 'FlagFollowersGetRep',
  'GET /projects/{}/environments/{}/followers': 'FlagFollowersByProjEnvGetRep',
  'PUT /projects/{}/flags/{}/environments/{}/followers/{}': null,
  'DELETE /projects/{}/flags/{}/environments/{}/followers/{}': null,
  'GET /flag-links/projects/{}/flags/{}': 'FlagLinkCollectionRep',
  'POST /flag-links/projects/{}/flags/{}': 'FlagLinkRep',
  'PATCH /flag-links/projects/{}/flags/{}/{}': 'FlagLinkRep',
  'DELETE /flag-links/projects/{}/flags/{}/{}': null,
  'GET /tags': 'TagsCollection',
  'GET /roles': 'CustomRoles',
  'POST /roles': 'CustomRole',
  'GET /roles/{}': 'CustomRole',
  'PATCH /roles/{}': 'CustomRole',
  'DELETE /roles/{}': null,
  'GET /members': 'Members',
  'POST /members': 'Members',
  'PATCH /members': 'BulkEditMembersRep',
  'GET /members/{}': 'Member',
  'PATCH /members/{}': 'Member',
  'DELETE /members/{}': null,
  'POST /members/{}/teams': 'Member',
  'GET /teams': 'Teams',
  'POST /teams': 'Team',
  'PATCH /teams': 'BulkEditTeamsRep',
  'GET /teams/{}': 'Team',
  'PATCH /teams/{}': 'Team',
  'DELETE /teams/{}': null,
  'GET /teams/{}/maintainers': 'TeamMaintainers',
  'GET /teams/{}/roles': 'TeamCustomRoles',
  'POST /teams/{}/members': 'TeamImportsRep',
  'GET /tokens': 'Tokens',
  'POST /tokens': 'Token',
  'GET /tokens/{}': 'Token',
  'PATCH /tokens/{}': 'Token',
  'DELETE /tokens/{}': null,
  'POST /tokens/{}/reset': 'Token',
  'GET /account/relay-auto-configs': 'RelayAutoConfigCollectionRep',
  'POST /account/relay-auto-configs': 'RelayAutoConfigRep',
  'GET /account/relay-auto-configs/{}': 'RelayAutoConfigRep',
  'PATCH /account/relay-auto-configs/{}': 'RelayAutoConfigRep',
  'DELETE /account/relay-auto-configs/{}': null,
  'POST /account/relay-auto-configs/{}/reset': 'RelayAutoConfigRep',
  'GET /flags/{}': 'FeatureFlags',
  'POST /flags/{}': 'FeatureFlag',
  'GET /flags/{}/{}': 'FeatureFlag',
  'PATCH /flags/{}/{}': 'FeatureFlag',
  'DELETE /flags/{}/{}': null,
  'POST /flags/{}/{}/copy': 'FeatureFlag',
  'GET /flags/{}/{}/expiring-targets/{}': 'ExpiringTargetGetResponse',
  'PATCH /flags/{}/{}/expiring-targets/{}': 'ExpiringTargetPatchResponse',
  'GET /flags/{}/{}/expiring-user-targets/{}': 'ExpiringUserTargetGetResponse',
  'PATCH /flags/{}/{}/expiring-user-targets/{}': 'ExpiringUserTargetPatchResponse',
  'GET /flags/{}/{}/dependent-flags': 'MultiEnvironmentDependentFlags',
  'GET /flags/{}/{}/{}/dependent-flags': 'DependentFlagsByEnvironment',
  'POST /projects/{}/flags/{}/environments/{}/migration-safety-issues': 'MigrationSafetyIssueRep[]',
  'GET /flag-statuses/{}/{}': 'FeatureFlagStatuses',
  'GET /flag-statuses/{}/{}/{}': 'FlagStatusRep',
  'GET /flag-status/{}/{}': 'FeatureFlagStatusAcrossEnvironments',
  'GET /projects/{}/release-pipelines': 'ReleasePipelineCollection',
  'POST /projects/{}/release-pipelines': 'ReleasePipeline',
  'GET /projects/{}/release-pipelines/{}': 'ReleasePipeline',
  'DELETE /projects/{}/release-pipelines/{}': null,
  // In the official document, but not in this version of its client.
  'GET /projects/{}/release-policies': undefined,
  'POST /projects/{}/release-policies': undefined,
  'POST /projects/{}/release-policies/order': undefined,
  'GET /projects/{}/release-policies/{}': undefined,
  'PUT /projects/{}/release-policies/{}': undefined,
  'DELETE /projects/{}/release-policies/{}': undefined,
  'PUT /projects/{}/flags/{}/release': 'Release',
  // The same resource as below, on the path of its PUT; the official document has it on the shorter path only.
  'GET /projects/{}/flags/{}/release': 'Release',
  'DELETE /projects/{}/flags/{}/release': null,
  'GET /flags/{}/{}/release': 'Release',
  'DELETE /flags/{}/{}/release': null,
  'PUT /projects/{}/flags/{}/release/phases/{}': 'Release',
};

/**
 * Where our answers are not of the official type, and why; `type instancePath`. The path has `*` for keys and indexes.
 */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  'ExpandableApprovalRequestResponse /status': 'expired and superseded are states of their own here',
  'ExpandableApprovalRequestsResponse /items/*/status': 'expired and superseded are states of their own here',
  'FlagConfigApprovalRequestsResponse /items/*/status': 'expired and superseded are states of their own here',
};

/** The names of all official types that answers are checked against. */
export const OFFICIAL_TYPES = [
  ...new Set(Object.values(OFFICIAL_ANSWERS).flatMap((type) => type?.replace('[]', '') ?? [])),
];

/** Finds the route of a path: the pattern with the most fixed words that fits. */
export function findOfficialAnswer(method: string, path: string): string | null | undefined {
  const words = path.replace(/\/$/, '').split('/').slice(1);
  const patterns = Object.keys(OFFICIAL_ANSWERS)
    .filter((route) => route.startsWith(`${method} `))
    .filter((route) => fits(wordsOf(route), words))
    .toSorted((left, right) => placeholders(left) - placeholders(right));
  return patterns[0] === undefined ? undefined : OFFICIAL_ANSWERS[patterns[0]];
}

const wordsOf = (route: string) => route.split(' ')[1]?.split('/').slice(1).filter(Boolean) ?? [];

const placeholders = (route: string) => route.split('{}').length;

function fits(pattern: readonly string[], words: readonly string[]): boolean {
  return pattern.length === words.length && pattern.every((word, index) => word === '{}' || word === words[index]);
}
