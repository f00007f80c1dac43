import type { ResourceKind } from './resource-kind.ts';

/** What is not in a project. */
export const ACCOUNT_KINDS: readonly ResourceKind[] = [
  {
    types: 'member',
    noun: 'members',
    actions: {
      createMember: 'invite {}',
      updateRole: 'change the base role of {}',
      updateCustomRole: 'give custom roles to {}',
      updateMemberRoleAttributes: 'change role attributes of {}',
      deleteMember: 'remove {}',
    },
  },
  {
    types: 'team',
    noun: 'teams',
    actions: {
      viewTeam: 'see {}',
      createTeam: 'make {}',
      updateTeamName: 'rename {}',
      updateTeamDescription: 'describe {}',
      updateTeamMembers: 'change the members of {}',
      updateTeamCustomRoles: 'give custom roles to {}',
      updateTeamPermissionGrants: 'change grants of {}',
      updateTeamRoleAttributes: 'change role attributes of {}',
      deleteTeam: 'delete {}',
    },
  },
  {
    types: 'role',
    noun: 'custom roles',
    actions: {
      createRole: 'make {}',
      updateName: 'rename {}',
      updateDescription: 'describe {}',
      updatePolicy: 'change the policies of {}',
      updateBasePermissions: 'change what {} may see',
      deleteRole: 'delete {}',
    },
  },
  { types: 'member:token', noun: 'personal tokens', actions: tokenActions() },
  { types: 'service-token', noun: 'service tokens', actions: tokenActions() },
  {
    types: 'webhook',
    noun: 'webhooks',
    actions: {
      createWebhook: 'make {}',
      updateName: 'rename {}',
      updateUrl: 'change the addresses of {}',
      updateOn: 'turn {} on and off',
      updateSecret: 'change the secrets of {}',
      updateStatements: 'change what {} are told of',
      updateTags: 'tag {}',
      deleteWebhook: 'delete {}',
    },
  },
  {
    types: 'code-reference-repository',
    noun: 'repositories of code',
    actions: {
      createCodeRefsRepository: 'make {}',
      updateCodeRefsRepositoryName: 'rename {}',
      updateCodeRefsRepositoryConfiguration: 'change settings of {}',
      updateCodeRefsRepositoryOn: 'turn {} on and off',
      updateCodeRefsRepositoryBranches: 'store references in {}',
      deleteCodeRefsRepository: 'delete {}',
    },
  },
  {
    types: 'relay-proxy-config',
    noun: 'Relay Proxy configurations',
    actions: {
      createRelayAutoConfiguration: 'make {}',
      updateRelayAutoConfigurationName: 'rename {}',
      updateRelayAutoConfigurationPolicy: 'change which environments {} open',
      resetRelayAutoConfiguration: 'give {} another key',
      deleteRelayAutoConfiguration: 'delete {}',
    },
  },
  {
    types: 'application',
    noun: 'applications',
    actions: {
      updateApplicationDescription: 'describe {}',
      updateApplicationKind: 'change the kind of {}',
      updateApplicationVersionSupported: 'say which versions of {} are supported',
      deleteApplicationVersion: 'delete versions of {}',
      deleteApplication: 'delete {}',
    },
  },
  { types: 'acct', noun: 'the account', actions: {} },
];

function tokenActions(): ResourceKind['actions'] {
  return {
    createAccessToken: 'make {}',
    updateAccessTokenName: 'rename {}',
    updateAccessTokenDescription: 'describe {}',
    updateAccessTokenPolicy: 'change what {} may do',
    resetAccessToken: 'give {} another secret',
    deleteAccessToken: 'delete {}',
  };
}
