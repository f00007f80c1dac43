import { InvalidRequest } from './errors.ts';
import { Fields } from './fields.ts';
import type { DecisionContext } from './ids.ts';
import { applyJsonPatch } from './json-patch.ts';
import { show } from './json.ts';
import { requireKey, requireName, requireTags } from './naming.ts';

/** Who must agree before flags of an environment change. Only Slipway's own approvals exist (`serviceKind`). */
export interface ApprovalSettings {
  readonly required: boolean;
  readonly requiredApprovalTags: readonly string[];
  readonly minNumApprovals: number;
  readonly canReviewOwnRequest: boolean;
  readonly canApplyDeclinedChanges: boolean;
  readonly bypassApprovalsForPendingChanges: boolean;
}

/** Everything about an environment that its owners may change. */
export interface EnvironmentSettings {
  readonly name: string;
  /** Six hexadecimal digits without `#`. */
  readonly color: string;
  /** Minutes that the PHP SDK may cache, 0 to 60. */
  readonly defaultTtl: number;
  readonly secureMode: boolean;
  readonly defaultTrackEvents: boolean;
  readonly requireComments: boolean;
  readonly confirmChanges: boolean;
  readonly critical: boolean;
  readonly tags: readonly string[];
  /** For flags. */
  readonly approvalSettings: ApprovalSettings;
  /** For other kinds of resources. */
  readonly resourceApprovalSettings: { readonly segment: ApprovalSettings };
}

/** A place where flags live. Its id doubles as the client-side ID of SDKs. */
export interface Environment extends EnvironmentSettings {
  readonly id: string;
  readonly projectId: string;
  readonly key: string;
  readonly sdkKey: string;
  readonly mobileKey: string;
  readonly version: number;
  readonly createdAt: number;
}

/** What SDKs know an environment by, when it was made elsewhere and SDKs are to keep it. */
export interface GivenKeys {
  readonly _id?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly mobileKey?: string | undefined;
}

/** A new environment as asked for: key, name and colour, and any setting. */
export type NewEnvironment = { readonly key: string } & GivenKeys &
  Pick<EnvironmentSettings, 'name' | 'color'> &
  Partial<Omit<EnvironmentSettings, 'name' | 'color' | 'approvalSettings' | 'resourceApprovalSettings'>>;

/** The environments of a project that was created without naming any. */
export const DEFAULT_ENVIRONMENTS: readonly NewEnvironment[] = [
  { key: 'test', name: 'Test', color: 'F5A623' },
  { key: 'production', name: 'Production', color: '417505' },
];

const DEFAULT_APPROVAL_SETTINGS: ApprovalSettings = {
  required: false,
  requiredApprovalTags: [],
  minNumApprovals: 1,
  canReviewOwnRequest: false,
  canApplyDeclinedChanges: true,
  bypassApprovalsForPendingChanges: false,
};

/** What holds for environments that have not said anything of it. */
export const DEFAULT_RESOURCE_APPROVAL_SETTINGS = { segment: DEFAULT_APPROVAL_SETTINGS };

const DEFAULT_SETTINGS: Omit<EnvironmentSettings, 'name' | 'color'> = {
  defaultTtl: 0,
  secureMode: false,
  defaultTrackEvents: false,
  requireComments: false,
  confirmChanges: false,
  critical: false,
  tags: [],
  approvalSettings: DEFAULT_APPROVAL_SETTINGS,
  resourceApprovalSettings: DEFAULT_RESOURCE_APPROVAL_SETTINGS,
};

/** @throws InvalidRequest naming the bad field. */
export function createEnvironment(projectId: string, request: NewEnvironment, context: DecisionContext): Environment {
  const { key, _id, apiKey, mobileKey, ...settings } = request;
  return {
    id: requireGiven('_id', _id) ?? context.ids.objectId(),
    projectId,
    key: requireKey('key', key),
    ...requireSettings({ ...DEFAULT_SETTINGS, ...settings }),
    sdkKey: requireGiven('apiKey', apiKey) ?? `sdk-${context.ids.uuid()}`,
    mobileKey: requireGiven('mobileKey', mobileKey) ?? `mob-${context.ids.uuid()}`,
    version: 1,
    createdAt: context.now,
  };
}

/** What keys that were made elsewhere look like. They are secrets, so that short ones are none. */
const GIVEN: Readonly<Record<keyof GivenKeys, { readonly pattern: RegExp; readonly expected: string }>> = {
  _id: { pattern: /^[0-9a-f]{24}$/, expected: '24 hexadecimal digits in small letters' },
  apiKey: { pattern: /^sdk-[\w-]{20,100}$/, expected: '"sdk-" and 20 to 100 letters, digits or hyphens' },
  mobileKey: { pattern: /^mob-[\w-]{20,100}$/, expected: '"mob-" and 20 to 100 letters, digits or hyphens' },
};

function requireGiven(name: keyof GivenKeys, value: string | undefined): string | undefined {
  const { pattern, expected } = GIVEN[name];
  if (value === undefined || pattern.test(value)) return value;
  throw new InvalidRequest(`${name}: expected ${expected}, got ${value.length} characters that are not`);
}

/** Checks settings and brings them to their stored form. @throws InvalidRequest naming the bad field. */
export function requireSettings(settings: EnvironmentSettings): EnvironmentSettings {
  const { color, defaultTtl } = settings;
  if (!/^[0-9a-fA-F]{6}$/.test(color)) {
    throw new InvalidRequest(`color: ${show(color)} is not a colour; expected six hexadecimal digits such as "417505"`);
  }
  if (!Number.isInteger(defaultTtl) || defaultTtl < 0 || defaultTtl > 60) {
    throw new InvalidRequest(`defaultTtl: expected whole minutes from 0 to 60, got ${show(defaultTtl)}`);
  }
  return {
    name: requireName('name', settings.name),
    color: color.toUpperCase(),
    defaultTtl,
    secureMode: settings.secureMode,
    defaultTrackEvents: settings.defaultTrackEvents,
    requireComments: settings.requireComments,
    confirmChanges: settings.confirmChanges,
    critical: settings.critical,
    tags: requireTags('tags', settings.tags),
    approvalSettings: requireApprovalSettings('approvalSettings', settings.approvalSettings),
    resourceApprovalSettings: {
      segment: requireApprovalSettings('resourceApprovalSettings.segment', settings.resourceApprovalSettings.segment),
    },
  };
}

function requireApprovalSettings(at: string, settings: ApprovalSettings): ApprovalSettings {
  const { required, requiredApprovalTags, minNumApprovals } = settings;
  if (required && requiredApprovalTags.length > 0) {
    throw new InvalidRequest(
      `${at}: required and requiredApprovalTags exclude each other; expected at most one of them`,
    );
  }
  if (!Number.isInteger(minNumApprovals) || minNumApprovals < 1 || minNumApprovals > 5) {
    throw new InvalidRequest(
      `${at}.minNumApprovals: expected a whole number from 1 to 5, got ${show(minNumApprovals)}`,
    );
  }
  return {
    required,
    requiredApprovalTags: requireTags(`${at}.requiredApprovalTags`, requiredApprovalTags),
    minNumApprovals,
    canReviewOwnRequest: settings.canReviewOwnRequest,
    canApplyDeclinedChanges: settings.canApplyDeclinedChanges,
    bypassApprovalsForPendingChanges: settings.bypassApprovalsForPendingChanges,
  };
}

/** Whether a thing with these tags may be changed directly, or only through an approval (docs/wire/flags.md). */
export function requiresApproval(
  { required, requiredApprovalTags }: Pick<ApprovalSettings, 'required' | 'requiredApprovalTags'>,
  tags: readonly string[],
): boolean {
  return required || requiredApprovalTags.some((tag) => tags.includes(tag));
}

/**
 * Applies a JSON patch to the settings. `/approvalSettings/required` and `/approvalSettings/requiredApprovalTags` may
 * be removed although they are always there: that resets them.
 * @throws InvalidPatch, PreconditionFailed (see `applyJsonPatch`), InvalidRequest naming the bad field
 */
export function patchSettings(settings: EnvironmentSettings, patch: unknown): EnvironmentSettings {
  const fields = new Fields(applyJsonPatch(settings, patch, Object.keys(settings)), '');
  const others = fields.optional('resourceApprovalSettings', fields.object);
  return requireSettings({
    name: fields.string('name'),
    color: fields.string('color'),
    defaultTtl: fields.integer('defaultTtl'),
    secureMode: fields.boolean('secureMode'),
    defaultTrackEvents: fields.boolean('defaultTrackEvents'),
    requireComments: fields.boolean('requireComments'),
    confirmChanges: fields.boolean('confirmChanges'),
    critical: fields.boolean('critical'),
    tags: fields.optional('tags', fields.strings) ?? [],
    approvalSettings: readApprovalSettings(fields.optional('approvalSettings', fields.object)),
    resourceApprovalSettings: { segment: readApprovalSettings(others?.optional('segment', others.object)) },
  });
}

/** Reads approval settings; what is absent has its default. @throws InvalidRequest naming the bad member */
export function readApprovalSettings(fields = new Fields({}, '')): ApprovalSettings {
  if ((fields.optional('serviceKind', fields.string) ?? 'launchdarkly') !== 'launchdarkly') {
    fields.fail('serviceKind', '"launchdarkly", the only service for approvals');
  }
  const isSet = (name: keyof ApprovalSettings) => fields.optional(name, fields.boolean);
  const defaults = DEFAULT_APPROVAL_SETTINGS;
  return {
    required: isSet('required') ?? defaults.required,
    requiredApprovalTags: fields.optional('requiredApprovalTags', fields.strings) ?? defaults.requiredApprovalTags,
    minNumApprovals: fields.optional('minNumApprovals', fields.integer) ?? defaults.minNumApprovals,
    canReviewOwnRequest: isSet('canReviewOwnRequest') ?? defaults.canReviewOwnRequest,
    canApplyDeclinedChanges: isSet('canApplyDeclinedChanges') ?? defaults.canApplyDeclinedChanges,
    bypassApprovalsForPendingChanges:
      isSet('bypassApprovalsForPendingChanges') ?? defaults.bypassApprovalsForPendingChanges,
  };
}

/** What must be allowed to turn `before` into `after`, and what to say of it. */
export const ENVIRONMENT_ACTIONS: Record<keyof EnvironmentSettings, string> = {
  name: 'updateName',
  color: 'updateColor',
  defaultTtl: 'updateTtl',
  secureMode: 'updateSecureMode',
  defaultTrackEvents: 'updateDefaultTrackEvents',
  requireComments: 'updateRequireComments',
  confirmChanges: 'updateConfirmChanges',
  critical: 'updateCritical',
  tags: 'updateTags',
  approvalSettings: 'updateApprovalSettings',
  resourceApprovalSettings: 'updateApprovalSettings',
};
