import { init, integrations } from '@launchdarkly/node-server-sdk';
import { parseContext } from '../../src/domain/evaluation/context.ts';
import { evaluate } from '../../src/domain/evaluation/evaluate.ts';
import type { SdkFlag } from '../../src/domain/evaluation/sdk-model.ts';
import type { Row } from '../support/row.ts';
import { median } from '../support/statistics.ts';

const RULES = 10;
const TARGETS = 100;
const CONTEXT = { kind: 'user', key: 'kim', email: 'kim@example.com', plan: 'pro' };

const ignore = () => undefined;
const SILENT = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/** A flag that looks through targets and rules in vain, and ends in a rollout. */
const FLAG: SdkFlag = {
  key: 'bench',
  version: 1,
  on: true,
  prerequisites: [],
  targets: [
    { contextKind: 'user', variation: 0, values: Array.from({ length: TARGETS }, (_, index) => `somebody-${index}`) },
  ],
  contextTargets: [],
  rules: Array.from({ length: RULES }, (_, index) => ({
    id: `rule-${index}`,
    variation: 0,
    trackEvents: false,
    clauses: [
      { contextKind: 'user', attribute: 'email', op: 'endsWith', values: [`@host-${index}.com`], negate: false },
      { contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro', 'team'], negate: false },
    ],
  })),
  fallthrough: {
    rollout: {
      kind: 'rollout',
      contextKind: 'user',
      variations: [
        { variation: 0, weight: 50_000 },
        { variation: 1, weight: 50_000 },
      ],
    },
  },
  offVariation: 1,
  variations: [true, false],
  salt: 'salt',
  clientSide: false,
  clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: true },
  trackEvents: false,
  trackEventsFallthrough: false,
  debugEventsUntilDate: null,
  deleted: false,
};

/** Evaluations in the process, beside those of the official SDK for Node, which is what stands in the column `bare`. */
export const evaluation: Row = {
  name: 'evaluation',
  async run(isQuick) {
    const [rounds, times] = isQuick ? [3, 5_000] : [9, 50_000];
    const data = new integrations.TestData();
    await data.usePreconfiguredFlag(FLAG);
    const options = { updateProcessor: data.getFactory(), sendEvents: false, logger: SILENT };
    const sdk = init('sdk-bench', options);
    await sdk.waitForInitialization({ timeout: 10 });
    const context = parseContext(CONTEXT);
    const source = {
      findFlag: () => undefined,
      findSegment: () => undefined,
      findMembership: () => undefined,
    };
    const ours = () => {
      for (let time = 0; time < times; time++) evaluate(FLAG, context, source);
    };
    const theirs = async () => {
      for (let time = 0; time < times; time++) await sdk.variationDetail(FLAG.key, CONTEXT, null);
    };
    const pairs: { ours: number; bare: number }[] = [];
    ours();
    await theirs();
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      ours();
      const between = performance.now();
      await theirs();
      pairs.push({ ours: times / (between - start), bare: times / (performance.now() - between) });
    }
    sdk.close();
    const ratios = pairs.map((pair) => pair.ours / pair.bare);
    const rate = (of: 'ours' | 'bare') => `${Math.round(median(pairs.map((pair) => pair[of])))} thousand/s`;
    return [
      {
        name: `evaluations: ${TARGETS} targets, ${RULES} rules, a rollout`,
        ours: rate('ours'),
        bare: rate('bare'),
        ratio: `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)}–${Math.max(...ratios).toFixed(1)})`,
        bar: '≥ 5',
      },
    ];
  },
};
