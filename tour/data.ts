const HOUR = 60 * 60_000;

interface TourFlag {
  readonly key: string;
  readonly name: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly temporary?: boolean;
  readonly variations?: readonly object[];
  readonly purpose?: string;
  readonly migrationSettings?: object;
  /** Environments in which it is on. */
  readonly turn: readonly string[];
  /** Share of the first variation in production, in percent. */
  readonly serve?: number;
}

const ALL = ['test', 'staging', 'production'];

/** The oldest first. */
export const FLAGS: readonly TourFlag[] = [
  {
    key: 'new-checkout',
    name: 'New checkout',
    description: 'One page in place of four. Goes when the old checkout has gone.',
    tags: ['checkout', 'q3'],
    turn: ALL,
    serve: 20,
  },
  { key: 'wallet-payments', name: 'Wallet payments', tags: ['checkout', 'payments'], turn: ['test', 'staging'] },
  {
    key: 'search-ranking',
    name: 'Ranking of search results',
    tags: ['search'],
    variations: [
      { value: 'v1', name: 'Version 1' },
      { value: 'v2', name: 'Version 2' },
      { value: 'v3', name: 'Version 3' },
    ],
    turn: ALL,
    serve: 60,
  },
  { key: 'dark-theme', name: 'Dark theme', tags: ['design'], turn: ALL, temporary: false },
  { key: 'express-delivery', name: 'Express delivery', tags: ['delivery'], turn: ['test'] },
  { key: 'order-tracking', name: 'Live tracking of orders', tags: ['delivery'], turn: ALL },
  { key: 'gift-cards', name: 'Gift cards', tags: ['payments'], turn: ['test', 'staging'] },
  {
    key: 'rate-limit',
    name: 'Requests per minute',
    temporary: false,
    variations: [
      { value: 600, name: 'Normal' },
      { value: 120, name: 'Careful' },
    ],
    turn: ALL,
  },
  { key: 'recommendations', name: 'Recommendations in the cart', tags: ['search', 'checkout'], turn: ALL, serve: 50 },
  { key: 'cookie-banner', name: 'Short cookie banner', tags: ['design'], turn: ['test'] },
  { key: 'invoice-pdf', name: 'Invoices as PDF', turn: ALL },
  { key: 'loyalty-points', name: 'Loyalty points', tags: ['q3'], turn: ['test', 'staging'] },
  { key: 'one-click-reorder', name: 'Reorder with one click', tags: ['checkout', 'q3'], turn: [] },
  { key: 'address-lookup', name: 'Address lookup', tags: ['checkout'], turn: [] },
  { key: 'photo-reviews', name: 'Reviews with photos', tags: ['design'], turn: [] },
  { key: 'store-pickup', name: 'Pickup in the store', tags: ['delivery'], turn: [] },
  {
    key: 'orders-database',
    name: 'Orders in the new database',
    purpose: 'migration',
    migrationSettings: { stageCount: 4 },
    turn: ['test'],
  },
];

export const MEMBERS = [
  { email: 'grace@example.com', firstName: 'Grace', lastName: 'Lindqvist', role: 'writer' },
  { email: 'linus@example.com', firstName: 'Linus', lastName: 'Haddad', role: 'writer' },
  { email: 'mei@example.com', firstName: 'Mei', lastName: 'Tanaka', role: 'admin' },
  { email: 'omar@example.com', firstName: 'Omar', lastName: 'Reyes', role: 'reader' },
];

export const METRICS = [
  {
    key: 'checkout-error',
    name: 'Errors at the checkout',
    kind: 'custom',
    eventKey: 'checkout-error',
    isNumeric: false,
    successCriteria: 'LowerThanBaseline',
    randomizationUnits: ['user'],
    tags: ['checkout'],
  },
  {
    key: 'order-value',
    name: 'Value of an order',
    kind: 'custom',
    eventKey: 'order',
    isNumeric: true,
    unit: 'EUR',
    successCriteria: 'HigherThanBaseline',
    unitAggregationType: 'average',
    eventDefault: { disabled: true },
    randomizationUnits: ['user'],
    tags: ['checkout'],
  },
];

const COUNTRIES = ['de', 'fr', 'se', 'jp', 'us'];

export const CONTEXTS = [
  'ada',
  'grace',
  'linus',
  'mia',
  'noor',
  'otto',
  'pia',
  'quinn',
  'ravi',
  'sam',
  'tess',
  'uma',
].map((key, index) => ({
  kind: 'user',
  key,
  name: key.charAt(0).toUpperCase() + key.slice(1),
  country: COUNTRIES[index % COUNTRIES.length],
  version: `4.${index % 4}.0`,
}));

const inEnvironment = (environmentKey: string, name: string, configuration: object) => ({
  name,
  environmentKey,
  configuration,
});

export const PIPELINE = {
  key: 'web',
  name: 'Web shop',
  description: 'Test, then half of all customers while errors are watched, then everybody',
  phases: [
    {
      name: 'Test',
      configuration: { bakeTimeDurationMs: 2 * HOUR },
      audiences: [inEnvironment('test', 'All of test', { releaseStrategy: '', requireApproval: false })],
    },
    {
      name: 'Production',
      audiences: [
        inEnvironment('production', 'Customers', {
          releaseStrategy: 'monitored-release',
          requireApproval: false,
          releaseGuardianConfiguration: {
            rollbackOnRegression: true,
            randomizationUnit: 'user',
            metricKeys: ['checkout-error', 'order-value'],
            stages: [
              { allocation: 10_000, durationMillis: HOUR },
              { allocation: 50_000, durationMillis: 8 * HOUR },
            ],
          },
        }),
      ],
    },
  ],
};

/** What a scan of the code has found. @param now Unix milliseconds */
export function branch(flagKey: string, now: number) {
  const hunk = (startingLineNumber: number, lines: string) => ({
    startingLineNumber,
    lines,
    projKey: 'default',
    flagKey,
    aliases: ['newCheckout'],
  });
  return {
    name: 'main',
    head: '4f2c9e1d7b8a',
    syncTime: now,
    references: [
      {
        path: 'src/checkout/checkout-page.tsx',
        hint: 'typescript',
        hunks: [
          hunk(41, `  const isNew = useFlag('${flagKey}', false);\n  if (!isNew) return <OldCheckout cart={cart} />;`),
          hunk(118, `// goes with ${flagKey}`),
        ],
      },
      {
        path: 'src/cart/cart.ts',
        hint: 'typescript',
        hunks: [hunk(12, `export const newCheckout = flag('${flagKey}');`)],
      },
    ],
  };
}
