import type { SdkClause, SdkFlag } from '../../src/domain/evaluation/sdk-model.ts';

/** A flag that is on and serves everybody its first variation. */
export function anSdkFlag(flag: Partial<SdkFlag> = {}): SdkFlag {
  return {
    key: 'flag',
    version: 1,
    on: true,
    prerequisites: [],
    targets: [],
    contextTargets: [],
    rules: [],
    fallthrough: { variation: 0 },
    offVariation: 1,
    variations: ['a', 'b', 'c', 'd'],
    clientSideAvailability: { usingMobileKey: false, usingEnvironmentId: true },
    clientSide: true,
    salt: 'salt',
    trackEvents: false,
    trackEventsFallthrough: false,
    debugEventsUntilDate: null,
    deleted: false,
    ...flag,
  };
}

/** Whether the user `kim` is the context. */
export function anSdkClause(clause: Partial<SdkClause> = {}): SdkClause {
  return { contextKind: 'user', attribute: 'key', op: 'in', values: ['kim'], negate: false, ...clause };
}
