import type { RunStatus } from '../domain/rollout/run.ts';
import type { GateCheck } from '../domain/release/gate-check.ts';

/*
 * The tables, in the portable subset of both engines (docs/decisions/0002-two-engines.md): ids and documents as text,
 * times as Unix milliseconds in bigint, booleans as 0 and 1, documents as JSON text. Columns beside a document are what
 * queries filter, sort or compare by; everything else is inside.
 */

export type Bit = 0 | 1;

export interface AccountsTable {
  /** Always 1: there is one account, and this is the lock that lets one process make it. */
  slot: number;
  id: string;
  created_at: number;
}

/** The oldest migration that a process has to know; no row while any will do. */
export interface CompatibilityTable {
  slot: number;
  oldest_migration: string;
}

export interface MembersTable {
  id: string;
  email: string;
  /** scrypt, as `operations/passwords.ts` writes it; empty while the member has no password. */
  password_hash: string;
  role: string;
  first_name: string | null;
  last_name: string | null;
  created_at: number;
  version: number;
  last_seen_at: number | null;
  /** Custom roles, role attributes, whether an invitation is open. */
  document: string;
}

/** Links that work once and for a while: invitations, new passwords. */
export interface OneTimeLinksTable {
  /** SHA-256 of the secret in the link, hexadecimal. */
  secret_hash: string;
  purpose: 'invitation' | 'password-reset';
  member_id: string;
  expires_at: number;
}

/** People who are signed in with a browser. */
export interface SessionsTable {
  id: string;
  /** SHA-256 of the cookie, hexadecimal. */
  secret_hash: string;
  member_id: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  /** Since when the cookie has its present value. */
  secret_since: number;
  /** SHA-256 of the value before that, and until when it works on. */
  former_hash: string | null;
  former_until: number | null;
}

/** Members as identity providers know them. */
export interface IdentitiesTable {
  issuer: string;
  /** The provider's own name of the person, which never changes. */
  subject: string;
  member_id: string;
  created_at: number;
}

/** Mails that wait to be sent; those that have been are gone. */
export interface MailsTable {
  id: string;
  recipient: string;
  subject: string;
  body: string;
  /** When nobody has use for it any more. */
  expires_at: number;
  /** When it is tried next. */
  due_at: number;
  attempts: number;
  last_error: string | null;
}

export interface NoticesTable {
  id: string;
  member_id: string;
  project_id: string;
  kind: string;
  /** The id of what it is about. */
  subject: string;
  at: number;
  read_at: number | null;
  document: string;
}

/** How often signing in has failed of late, by address and by e-mail. */
export interface LoginFailuresTable {
  subject: string;
  count: number;
  last_at: number;
}

export interface AccessTokensTable {
  id: string;
  member_id: string;
  name: string;
  /** SHA-256 of the secret, hexadecimal. */
  secret_hash: string;
  /** The last four characters of the secret. */
  ending: string;
  role: string;
  is_service: Bit;
  default_api_version: number | null;
  created_at: number;
  version: number;
  last_modified: number;
  last_used_at: number | null;
  /** Description, custom roles, own policy. */
  document: string;
}

/** Secrets of access tokens that were reset and still work for a while. */
export interface FormerSecretsTable {
  secret_hash: string;
  token_id: string;
  expires_at: number;
}

/** SDK keys that were reset and still work for a while. */
export interface FormerSdkKeysTable {
  sdk_key: string;
  environment_id: string;
  expires_at: number;
}

export interface ProjectsTable {
  id: string;
  key: string;
  name: string;
  version: number;
  created_at: number;
  document: string;
}

export interface EnvironmentsTable {
  id: string;
  project_id: string;
  key: string;
  name: string;
  sdk_key: string;
  mobile_key: string;
  version: number;
  created_at: number;
  /** Order among the project's environments made in the same moment. */
  position: number;
  /** Counts the delivery records of the environment. */
  payload_version: number;
  document: string;
}

export interface FlagsTable {
  id: string;
  project_id: string;
  key: string;
  name: string;
  version: number;
  is_archived: Bit;
  is_deprecated: Bit;
  is_temporary: Bit;
  using_environment_id: Bit;
  using_mobile_key: Bit;
  maintainer_id: string | null;
  maintainer_team_key: string | null;
  purpose: 'migration' | null;
  created_at: number;
  /** Key and name in lower case, for searching and sorting alike on both engines. */
  lower_key: string;
  lower_name: string;
  /** The tags in order, joined by commas. */
  sorted_tags: string;
  document: string;
}

/** How many flags a project has, so that lists need not count them. */
export interface FlagCountsTable {
  project_id: string;
  is_archived: Bit;
  count: number;
}

export interface FlagTagsTable {
  flag_id: string;
  tag: string;
}

export interface FlagConfigsTable {
  flag_id: string;
  environment_id: string;
  version: number;
  last_modified: number;
  is_on: Bit;
  document: string;
}

/** What the configuration of a flag in an environment speaks of; made from its document, to be found from the other end. */
export interface FlagReferencesTable {
  flag_id: string;
  environment_id: string;
  /** A prerequisite; a segment of a rule; a kind of context that is targeted or that a rule or rollout asks for. */
  kind: 'flag' | 'segment' | 'context-kind';
  /** Key of the flag or segment, or name of the kind. */
  target: string;
}

/** When SDKs of an environment last evaluated a flag. Rows outlive their flag. */
export interface FlagEvaluationsTable {
  environment_id: string;
  flag_key: string;
  last_requested_at: number;
  /** The default that code passed last, as JSON; null when no event told. */
  default_value: string | null;
}

/** For whom and by what a flag was last evaluated: context kinds and applications. */
export interface FlagEvaluationSourcesTable {
  environment_id: string;
  flag_key: string;
  kind: 'context-kind' | 'application';
  source: string;
  last_requested_at: number;
}

/** How often flags served variations, in a minute; in an hour, once that is a while ago. */
export interface EvaluationCountsTable {
  environment_id: string;
  flag_key: string;
  /** The start of the minute or hour, Unix milliseconds. */
  starts_at: number;
  /** The index of the variation; -1 for the default that code passed. */
  variation: number;
  /** Empty when the SDK does not say. */
  application_id: string;
  count: number;
}

/** Streams of SDKs in a process that are alike and have been sent the same. */
export interface ConnectedSdksTable {
  process_id: string;
  environment_id: string;
  kind: 'server' | 'mobile' | 'browser';
  /** Empty when the SDK does not say; the same for those below. */
  sdk_name: string;
  sdk_version: string;
  application_id: string;
  application_version: string;
  /** 0 when nothing has been sent yet. */
  payload_version: number;
  streams: number;
  instances: number;
  /** Since when one of them lacks a change, Unix milliseconds. */
  behind_since: number | null;
  reported_at: number;
}

/** How long a change took to get to the streams of a process. */
export interface ChangeReceiptsTable {
  environment_id: string;
  payload_version: number;
  process_id: string;
  /** When the process heard of the change. */
  heard_at: number;
  /** `LatencyCounts` as JSON. */
  counts: string;
}

export interface TeamsTable {
  id: string;
  key: string;
  name: string;
  version: number;
  created_at: number;
  last_modified: number;
  /** Description, custom roles, role attributes, permission grants. */
  document: string;
}

export interface TeamMembersTable {
  team_id: string;
  member_id: string;
  /** Whether they belong to the team, or are granted something on it; made from the team's grants. */
  relation: 'member' | 'grantee';
}

/**
 * Everything that is small, few and read whole: custom roles, webhooks, metrics, flag links … Lists of these are
 * filtered and sorted after reading. A row goes with the project, environment or flag that it belongs to.
 */
export interface ResourcesTable {
  id: string;
  kind: string;
  /** The ids of what it belongs to, joined by spaces; empty for the account. Keys are unique in it. */
  place: string;
  key: string;
  project_id: string | null;
  environment_id: string | null;
  flag_id: string | null;
  version: number;
  created_at: number;
  document: string;
}

export interface ApprovalRequestsTable {
  id: string;
  project_id: string;
  environment_id: string | null;
  resource_kind: 'flag' | 'segment';
  resource_id: string;
  /** The member who asks; null for a service token. */
  requestor_id: string | null;
  status: string;
  review_status: string;
  version: number;
  created_at: number;
  document: string;
}

export interface WebhookDeliveriesTable {
  id: string;
  webhook_id: string;
  /** The audit entry that is told of. */
  change_id: string;
  state: 'waiting' | 'delivered' | 'failed';
  /** When it is tried next. */
  due_at: number;
  created_at: number;
  /** Attempts with their times, statuses and errors. */
  document: string;
}

export interface SegmentsTable {
  id: string;
  environment_id: string;
  key: string;
  name: string;
  is_unbounded: Bit;
  version: number;
  created_at: number;
  last_modified: number;
  document: string;
}

/** The other segments that the rules of a segment speak of; made from its document. */
export interface SegmentReferencesTable {
  segment_id: string;
  /** Key of a segment of the same environment. */
  target: string;
}

/** The keys of big segments. */
export interface BigSegmentTargetsTable {
  segment_id: string;
  list: 'included' | 'excluded';
  context_key: string;
  /** The revision that put it there. */
  revision: number;
}

/** Keys that are on a list no more, with the revision that took them away. */
export type RemovedBigSegmentTargetsTable = BigSegmentTargetsTable;

/** How many revisions of the keys of big segments an environment has had; no row before the first. */
export interface BigSegmentRevisionsTable {
  environment_id: string;
  revision: number;
}

/** How many segments of a key there have been. Rows outlive their segment. */
export interface SegmentGenerationsTable {
  environment_id: string;
  key: string;
  generation: number;
}

/**
 * What SDKs of an environment are to hold, one row an item, with the number of the delivery that wrote it: a log of
 * deliveries of which only the newest of each item is kept. Rows of deleted items stay, without a document, so that
 * versions go on rising when a key is used again.
 */
export interface DeliveryItemsTable {
  environment_id: string;
  kind: 'flag' | 'segment';
  key: string;
  /** The item's own version, which SDKs compare. */
  version: number;
  /** The environment's payload version at that delivery. */
  sequence: number;
  /** The item as JSON, ready to be sent; null when deleted. */
  document: string | null;
}

export interface ChangesTable {
  id: string;
  occurred_at: number;
  kind: string;
  name: string;
  project_id: string | null;
  /** Actor, accesses, words, comment; in old rows the states too. */
  document: string;
  /** Before and after. */
  states: string | null;
}

export interface ReleasePipelinesTable {
  id: string;
  project_id: string;
  key: string;
  version: number;
  created_at: number;
  document: string;
}

export interface ReleasesTable {
  id: string;
  project_id: string;
  flag_id: string;
  pipeline_key: string;
  state: 'active' | 'completed' | 'canceled';
  version: number;
  created_at: number;
  document: string;
  /** Null once the pipeline has been deleted; another one may have its key then. */
  pipeline_id: string | null;
  /** The first phase that is not complete, of active releases. */
  active_phase_id: string | null;
  completed_at: number | null;
}

export interface CodeRepositoriesTable {
  id: string;
  /** The name in lower case; it is unique in that. */
  lower_name: string;
  default_branch: string;
  is_enabled: Bit;
  version: number;
  created_at: number;
  document: string;
}

export interface CodeBranchesTable {
  id: string;
  repository_id: string;
  name: string;
  commit_time: number | null;
  /** Head, sequence and times. */
  document: string;
  /** What the scan has found: files with their hunks. It can be long. */
  found: string;
}

/** How often a branch speaks of a flag; made from what was found. The flag need not exist. */
export interface CodeReferenceCountsTable {
  project_key: string;
  flag_key: string;
  branch_id: string;
  hunk_count: number;
  file_count: number;
}

/** Revisions that took the last reference to a flag out of a branch. */
export interface CodeExtinctionsTable {
  branch_id: string;
  project_key: string;
  flag_key: string;
  revision: string;
  message: string;
  time: number;
}

export interface TimersTable {
  /** What rings and for whom: one alarm each. */
  kind: string;
  subject: string;
  due_at: number;
  attempts: number;
  last_error: string | null;
}

/** Contexts that SDKs tell of, by the application that they were seen in. */
export interface SeenContextsTable {
  environment_id: string;
  /** A context of one kind for itself, or all contexts of an evaluation together. */
  scope: 'context' | 'instance';
  /** `multi` for instances of several kinds. */
  kind: string;
  /** The key of the context; of instances, the canonical key. */
  key: string;
  /** Empty when the SDK does not say. */
  application_id: string;
  first_seen: number;
  last_seen: number;
  document: string;
}

/** Flags that are measured: whose exposures and events of metrics are kept. */
export interface WatchesTable {
  id: string;
  environment_id: string;
  flag_key: string;
  unit_kind: string;
  from_version: number;
  /** A list, as JSON. */
  event_keys: string;
}

/** Units that were served a variation of a flag that is measured. */
export interface ExposuresTable {
  watch_id: string;
  unit_key: string;
  variation: number;
  first_seen: number;
}

/** What events of metrics say of units that were served a variation. */
export interface MeasurementsTable {
  watch_id: string;
  event_key: string;
  unit_key: string;
  count: number;
  /** How many of the events have a value. */
  valued: number;
  sum: number;
  first_at: number;
}

/** Automated rollouts on their way, and those that were. */
export interface RolloutRunsTable {
  id: string;
  project_id: string;
  flag_id: string;
  environment_id: string;
  kind: 'guarded' | 'progressive';
  status: RunStatus;
  /** At most one is open for a flag in an environment. */
  is_open: Bit;
  release_id: string | null;
  created_at: number;
  version: number;
  document: string;
}

/** What releases have made of parts of their flags. */
export interface ReleaseChangesTable {
  release_id: string;
  environment_id: string;
  /** `on`, `fallthrough`, or `rule` and an id. */
  part: string;
  state_before: string;
  state_after: string;
}

/** What was seen of a rollout at a time. */
export interface RolloutLooksTable {
  run_id: string;
  at: number;
  document: string;
}

/** Gates that are asked, or were, and what they said last. */
export interface GateChecksTable {
  id: string;
  release_id: string;
  run_id: string | null;
  phase_id: string;
  kind: GateCheck['kind'];
  position: number;
  step: number;
  opened_at: number;
  url: string;
  timeout_ms: number;
  state: GateCheck['state'];
  due_at: number;
  asked: number;
  last_status: number | null;
  last_error: string | null;
  answered_at: number | null;
}

/** What other systems said last of the metrics of rollouts. */
export interface GuardReadingsTable {
  run_id: string;
  metric_key: string;
  due_at: number;
  /** Null before the first reading. */
  document: string | null;
}

export interface EventCountsTable {
  environment_id: string;
  /** `summary`, `feature`, `custom`, `diagnostic` … */
  kind: string;
  count: number;
}

export interface EventPayloadsTable {
  environment_id: string;
  payload_id: string;
  received_at: number;
}

/** Versions of applications, which are in `resources`. */
export interface ApplicationVersionsTable {
  application_id: string;
  key: string;
  name: string;
  is_supported: Bit;
  created_at: number;
  version: number;
}

export interface Tables {
  accounts: AccountsTable;
  compatibility: CompatibilityTable;
  members: MembersTable;
  access_tokens: AccessTokensTable;
  projects: ProjectsTable;
  environments: EnvironmentsTable;
  flags: FlagsTable;
  flag_configs: FlagConfigsTable;
  flag_counts: FlagCountsTable;
  flag_tags: FlagTagsTable;
  flag_references: FlagReferencesTable;
  flag_evaluations: FlagEvaluationsTable;
  flag_evaluation_sources: FlagEvaluationSourcesTable;
  evaluation_counts: EvaluationCountsTable;
  connected_sdks: ConnectedSdksTable;
  change_receipts: ChangeReceiptsTable;
  teams: TeamsTable;
  team_members: TeamMembersTable;
  former_secrets: FormerSecretsTable;
  former_sdk_keys: FormerSdkKeysTable;
  one_time_links: OneTimeLinksTable;
  sessions: SessionsTable;
  login_failures: LoginFailuresTable;
  identities: IdentitiesTable;
  mails: MailsTable;
  notices: NoticesTable;
  resources: ResourcesTable;
  application_versions: ApplicationVersionsTable;
  approval_requests: ApprovalRequestsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  segments: SegmentsTable;
  segment_references: SegmentReferencesTable;
  segment_generations: SegmentGenerationsTable;
  big_segment_targets: BigSegmentTargetsTable;
  removed_big_segment_targets: RemovedBigSegmentTargetsTable;
  big_segment_revisions: BigSegmentRevisionsTable;
  delivery_items: DeliveryItemsTable;
  changes: ChangesTable;
  release_pipelines: ReleasePipelinesTable;
  releases: ReleasesTable;
  code_repositories: CodeRepositoriesTable;
  code_branches: CodeBranchesTable;
  code_reference_counts: CodeReferenceCountsTable;
  code_extinctions: CodeExtinctionsTable;
  timers: TimersTable;
  seen_contexts: SeenContextsTable;
  watches: WatchesTable;
  exposures: ExposuresTable;
  measurements: MeasurementsTable;
  rollout_runs: RolloutRunsTable;
  rollout_looks: RolloutLooksTable;
  release_changes: ReleaseChangesTable;
  gate_checks: GateChecksTable;
  guard_readings: GuardReadingsTable;
  event_counts: EventCountsTable;
  event_payloads: EventPayloadsTable;
}
