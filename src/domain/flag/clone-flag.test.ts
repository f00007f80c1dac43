import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { aProject } from '../../../tests/support/builders/a-project.ts';
import { aPlan } from '../../../tests/support/builders/a-run.ts';
import { anEnvironment } from '../../../tests/support/builders/an-environment.ts';
import { NOW, testContext, uuidNumber } from '../../../tests/support/builders/test-context.ts';
import { dealTraffic } from '../rollout/plan.ts';
import { cloneFlag } from './clone-flag.ts';
import type { Flag } from './flag.ts';

const scope = {
  project: aProject(),
  environments: [anEnvironment({ key: 'test', id: 'test-id' })],
  firstVersions: new Map([['test-id', 5]]),
};
const clause = { id: 'c', contextKind: 'user', attribute: 'a', op: 'in', values: [1], negate: false };
const source = aFlag({
  tags: ['web'],
  customProperties: { p: { name: 'P', value: ['x'] } },
  variationJsonSchema: { type: 'boolean' },
  maintainerId: 'm',
  deprecatedAt: NOW - 1,
  environments: {
    test: aConfig({
      on: true,
      version: 9,
      targets: [{ contextKind: 'user', variationId: FALSE_ID, values: ['kim'] }],
      expiringTargets: [
        { id: 'd', version: 1, contextKind: 'user', contextKey: 'kim', variationId: FALSE_ID, expirationDate: NOW + 1 },
      ],
      rules: [aRule({ clauses: [clause], description: 'r' })],
      fallthrough: {
        rollout: { contextKind: 'user', variations: [{ variationId: TRUE_ID, weightThousandths: 100_000 }] },
      },
      trackEvents: true,
    }),
  },
});
const plan = aPlan({ originalVariationId: FALSE_ID, targetVariationId: TRUE_ID });
const automated = { rollout: { contextKind: 'user', variations: dealTraffic(plan, 10_000), automated: { plan } } };
const clone = (flag: Flag = source, request: object = {}) =>
  cloneFlag(flag, { key: 'twin', name: 'Twin', ...request }, scope, testContext());

describe('a clone', () => {
  it('serves the original where its source is rolled out', () => {
    const test = aConfig({ on: true, fallthrough: automated, rules: [aRule({ serve: automated })] });
    const twin = clone(aFlag({ environments: { test } }));
    const original = { variationId: twin.variations[1]?.id };
    expect(twin.environments['test']).toMatchObject({ fallthrough: original, rules: [{ serve: original }] });
  });

  it('behaves as its source under new ids', () => {
    const twin = clone();
    const [on, off] = [uuidNumber(1), uuidNumber(2)];
    expect(twin.variations).toEqual([
      { id: on, value: true },
      { id: off, value: false, name: 'Hidden' },
    ]);
    expect(twin.environments['test']).toEqual({
      ...source.environments['test'],
      version: 5,
      salt: expect.not.stringMatching('salt'),
      sel: expect.any(String),
      lastModified: NOW,
      targets: [{ contextKind: 'user', variationId: off, values: ['kim'] }],
      expiringTargets: [],
      rules: [
        {
          ...aRule({ description: 'r' }),
          id: uuidNumber(3),
          serve: { variationId: on },
          clauses: [{ ...clause, id: uuidNumber(4) }],
        },
      ],
      fallthrough: { rollout: { contextKind: 'user', variations: [{ variationId: on, weightThousandths: 100_000 }] } },
      offVariationId: off,
    });
  });

  it('takes what people call it from the request, or else from its source', () => {
    expect(clone()).toMatchObject({
      key: 'twin',
      name: 'Twin',
      tags: ['web'],
      description: source.description,
      customProperties: source.customProperties,
      variationJsonSchema: { type: 'boolean' },
      version: 1,
    });
    expect(clone(source, { tags: [], description: 'mine', temporary: false })).toMatchObject({
      tags: [],
      description: 'mine',
      temporary: false,
    });
  });

  it('takes neither maintainer nor state, and passes over values in the request', () => {
    const twin = clone(
      { ...source, archivedAt: NOW },
      { variations: [{ value: 1 }], isFlagOn: false, defaults: { onVariation: 7, offVariation: 7 } },
    );
    expect(twin).toMatchObject({ maintainerId: undefined, environments: { test: { on: true } } });
    expect([twin.archivedAt, twin.deprecatedAt]).toEqual([undefined, undefined]);
    expect(twin.variations).toHaveLength(2);
  });
});
