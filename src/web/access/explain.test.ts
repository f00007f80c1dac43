import { describe, expect, it } from 'vitest';
import { ROLE_ACTIONS } from '../../domain/access/custom-role.ts';
import { MEMBER_ACTIONS } from '../../domain/access/member.ts';
import type { Statement } from '../../domain/access/policy.ts';
import { TEAM_ACTIONS } from '../../domain/access/team.ts';
import { TOKEN_ACTIONS } from '../../domain/access/token.ts';
import { APPLICATION_ACTIONS, VERSION_ACTIONS } from '../../domain/application.ts';
import { REPOSITORY_ACTIONS } from '../../domain/code-references/repository.ts';
import { CONTEXT_KIND_ACTIONS } from '../../domain/context-kind.ts';
import { ENVIRONMENT_ACTIONS } from '../../domain/environment.ts';
import { METRIC_ACTIONS } from '../../domain/metric.ts';
import { METRIC_GROUP_ACTIONS } from '../../domain/metric-group.ts';
import { PROJECT_ACTIONS } from '../../domain/project.ts';
import { RELAY_PROXY_ACTIONS } from '../../domain/relay-proxy-config.ts';
import { RELEASE_POLICY_ACTIONS } from '../../domain/release/release-policy.ts';
import { WEBHOOK_ACTIONS } from '../../domain/webhook/webhook.ts';
import { kindOf } from './catalogue.ts';
import { explainPolicy, thingWords } from './explain.ts';

const FLAGS = 'proj/default:env/*:flag/*';
const allow = (statement: Omit<Statement, 'effect'>): Statement => ({ effect: 'allow', ...statement });
const deny = (statement: Omit<Statement, 'effect'>): Statement => ({ effect: 'deny', ...statement });
const words = (...policy: Statement[]) => explainPolicy(policy).flatMap(({ sentences }) => sentences);

describe('a policy in words', () => {
  it('says what is allowed, and what another statement takes away of it', () => {
    const policy = [
      allow({ resources: [FLAGS], actions: ['updateOn'] }),
      deny({ resources: ['proj/default:env/production:flag/*'], actions: ['*'] }),
    ];
    expect(words(...policy)).toEqual([
      'May turn flags on and off: all flags in every environment of the project default, except those in the environment production',
      'May never do everything with: all flags in the environment production of the project default',
    ]);
  });

  it('does not call an exception what takes away a part only', () => {
    const policy = [
      allow({ resources: [FLAGS], actions: ['*'] }),
      deny({ resources: [FLAGS], actions: ['deleteFlag'] }),
    ];
    expect(words(...policy)).toEqual([
      'May do everything with: all flags in every environment of the project default',
      'May never delete flags: all flags in every environment of the project default',
    ]);
  });

  it('has a sentence for each kind of thing', () => {
    expect(
      words(allow({ resources: ['proj/shop:metric/*', 'team/a', 'team/b'], actions: ['deleteMetric', 'x*'] })),
    ).toEqual([
      'May delete metrics or x*: all metrics in the project shop',
      'May deleteMetric or x*: the team a and the team b',
    ]);
  });

  it('says what is not meant', () => {
    expect(words(allow({ notResources: ['proj/*', 'acct'], notActions: ['deleteProject'] }))).toEqual([
      'May do everything but delete projects with: everything but all projects and the account',
    ]);
  });

  it.each([
    ['*', 'everything'],
    ['proj/*', 'all projects'],
    ['proj/shop', 'the project shop'],
    [
      'proj/*:env/prod-*;{critical:true}:flag/web-*;beta,new',
      'flags with keys like web-* tagged beta and new in critical environments with keys like prod-* of every project',
    ],
    ['proj/*:env/*;{critical:false}', 'all environments that are not critical in every project'],
    [
      'proj/*:env/*;{critical:false}:segment/*',
      'all segments in every environment that is not critical of every project',
    ],
    ['proj/${roleAttribute/mine}:metric/a', 'the metric a in the projects of the role attribute mine'],
    ['member/*:token/*', 'all personal tokens of every member'],
    ['code-reference-repository/web', 'the repository of code web'],
    ['nonsense', 'nonsense'],
  ])('calls %s %s', (specifier, expected) => {
    expect(thingWords(specifier)).toBe(expected);
  });

  it('doubts what nothing has', () => {
    const doubts = (statement: Statement) => explainPolicy([statement])[0]?.doubts;
    expect(doubts(allow({ resources: [FLAGS], actions: ['updateOn', 'toggleFlag', 'delete*'] }))).toEqual([]);
    expect(doubts(allow({ resources: ['*'], actions: ['deleteTeam'] }))).toEqual([]);
    expect(doubts(allow({ resources: [FLAGS], actions: ['deleteTeam'] }))).toEqual([
      'Nothing that is meant knows the action deleteTeam',
    ]);
    expect(doubts(allow({ resources: ['dog/rex'], actions: ['*'] }))).toEqual(['Nothing here is called dog']);
  });
});

describe('the catalogue of actions', () => {
  it.each([
    ['role', ROLE_ACTIONS, ['createRole', 'deleteRole']],
    ['member', MEMBER_ACTIONS, ['createMember', 'deleteMember']],
    ['team', TEAM_ACTIONS, ['createTeam', 'deleteTeam', 'viewTeam']],
    ['member:token', TOKEN_ACTIONS, ['createAccessToken', 'resetAccessToken', 'deleteAccessToken']],
    ['service-token', TOKEN_ACTIONS, ['createAccessToken', 'resetAccessToken', 'deleteAccessToken']],
    ['application', { ...APPLICATION_ACTIONS, ...VERSION_ACTIONS }, ['deleteApplication', 'deleteApplicationVersion']],
    ['code-reference-repository', REPOSITORY_ACTIONS, ['createCodeRefsRepository', 'deleteCodeRefsRepository']],
    ['proj:context-kind', CONTEXT_KIND_ACTIONS, ['createContextKind']],
    ['proj:env', ENVIRONMENT_ACTIONS, ['createEnvironment', 'deleteEnvironment', 'updateApiKey', 'viewSdkKey']],
    ['proj:metric', METRIC_ACTIONS, ['createMetric', 'deleteMetric']],
    ['proj:metric-group', METRIC_GROUP_ACTIONS, ['createMetricGroup', 'deleteMetricGroup']],
    ['proj', PROJECT_ACTIONS, ['createProject', 'deleteProject', 'viewProject']],
    ['relay-proxy-config', RELAY_PROXY_ACTIONS, ['createRelayAutoConfiguration', 'resetRelayAutoConfiguration']],
    ['proj:release-policy', RELEASE_POLICY_ACTIONS, ['createReleasePolicy', 'updateReleasePolicyRank']],
    ['webhook', WEBHOOK_ACTIONS, ['createWebhook', 'deleteWebhook']],
  ])('knows what changes of %s need', (types, actions, others) => {
    const known = Object.keys(kindOf(types)?.actions ?? {});
    expect(known).toEqual(expect.arrayContaining([...Object.values(actions), ...others]));
  });
});
