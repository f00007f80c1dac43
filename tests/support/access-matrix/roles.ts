const ALL_FLAGS = 'proj/*:env/*:flag/*';

/** The custom roles of the matrix; all of them may read. */
export const POLICIES = {
  /** Turns flags of one name on and off in production. */
  checkout: [{ effect: 'allow', resources: ['proj/*:env/production:flag/checkout-*'], actions: ['updateOn'] }],
  /** Does anything with flags, in one environment. */
  tester: [{ effect: 'allow', resources: ['proj/*:env/test:flag/*'], actions: ['*'] }],
  /** Does anything with flags that bear a tag. */
  team: [{ effect: 'allow', resources: ['proj/*:env/*:flag/*;team-a'], actions: ['*'] }],
  /** Does anything but what deletes, whatever the order of the statements. */
  keeper: [
    { effect: 'deny', resources: ['*'], actions: ['delete*', 'remove*'] },
    { effect: 'allow', resources: ['*'], actions: ['*'] },
  ],
  /** Does anything outside of environments that are critical. */
  careful: [
    { effect: 'allow', resources: ['*'], actions: ['*'] },
    {
      effect: 'deny',
      resources: ['proj/*:env/*;{critical:true}', 'proj/*:env/*;{critical:true}:flag/*'],
      actions: ['*'],
    },
  ],
  /** Manages everything but flags: by what is not meant. */
  manager: [{ effect: 'allow', notResources: [ALL_FLAGS], notActions: ['deleteProject', 'createMember'] }],
} as const;

export type Role = 'reader' | 'writer' | 'admin' | keyof typeof POLICIES;
export const ROLES: readonly Role[] = [
  'reader',
  'writer',
  'admin',
  'checkout',
  'tester',
  'team',
  'keeper',
  'careful',
  'manager',
];

/** Whoever may do everything in environments that are not critical. */
export const EVERYTHING: readonly Role[] = ['writer', 'admin', 'keeper', 'careful'];
/** Whoever may do something to a flag in all environments. */
export const IN_ALL_ENVIRONMENTS: readonly Role[] = ['writer', 'admin', 'team', 'keeper'];
/** Whoever may do something to a flag in `test`. */
export const IN_TEST: readonly Role[] = [...EVERYTHING, 'team', 'tester'];
/** Whoever may do something in a project, but for its flags. */
export const IN_PROJECT: readonly Role[] = [...EVERYTHING, 'manager'];
/** Whoever may do something that only admins may by their base role. */
export const OF_ADMINS: readonly Role[] = ['admin', 'keeper', 'careful', 'manager'];

/** The same without those who may delete nothing. */
export const deletersOf = (roles: readonly Role[]): readonly Role[] => roles.filter((role) => role !== 'keeper');
