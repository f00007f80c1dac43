import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { NOW } from '../../../tests/support/builders/test-context.ts';
import { toSdkFlag } from './sdk-flag.ts';

const user = (variationId: string, ...values: readonly string[]) => ({ contextKind: 'user', variationId, values });
const device = (variationId: string, ...values: readonly string[]) => ({ contextKind: 'device', variationId, values });

describe('toSdkFlag', () => {
  it('gives an untouched flag every member, without null but for what has no value', () => {
    expect(toSdkFlag(aFlag({ version: 99 }), aConfig({ version: 7 }), new Map())).toStrictEqual({
      key: 'new-cart',
      version: 7,
      on: false,
      prerequisites: [],
      targets: [],
      contextTargets: [],
      rules: [],
      fallthrough: { variation: 0 },
      offVariation: 1,
      variations: [true, false],
      clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
      clientSide: false,
      salt: 'salt',
      trackEvents: false,
      trackEventsFallthrough: false,
      debugEventsUntilDate: null,
      deleted: false,
    });
  });

  it('gives a flag with everything', () => {
    const rollout = {
      contextKind: 'organization',
      bucketBy: 'plan',
      variations: [
        { variationId: TRUE_ID, weightThousandths: 30_000 },
        { variationId: FALSE_ID, weightThousandths: 70_000 },
      ],
    };
    const clause = { contextKind: 'user', attribute: 'plan', op: 'in', values: ['pilot', 7], negate: true };
    const segment = {
      contextKind: 'user',
      attribute: 'segmentMatch',
      op: 'segmentMatch',
      values: ['beta'],
      negate: false,
    };
    const clauses = [
      { id: 'clause-a', ...clause },
      { id: 'clause-b', ...segment },
    ];
    const config = aConfig({
      on: true,
      salt: 'pepper',
      rules: [
        aRule({
          id: 'a',
          clauses,
          serve: { variationId: FALSE_ID },
          trackEvents: true,
          description: 'Pilots',
          ref: 'r',
        }),
        aRule({ id: 'b', serve: { rollout } }),
      ],
      fallthrough: { rollout: { ...rollout, bucketBy: undefined } },
      trackEvents: true,
      trackEventsFallthrough: true,
    });
    const clientSideAvailability = { usingEnvironmentId: true, usingMobileKey: false };
    const variations = [
      { variation: 0, weight: 30_000 },
      { variation: 1, weight: 70_000 },
    ];
    expect(toSdkFlag(aFlag({ clientSideAvailability }), config, new Map())).toStrictEqual({
      key: 'new-cart',
      version: 1,
      on: true,
      prerequisites: [],
      targets: [],
      contextTargets: [],
      rules: [
        { id: 'a', clauses: [clause, { ...segment, attribute: '' }], variation: 1, trackEvents: true },
        {
          id: 'b',
          clauses: [],
          rollout: { kind: 'rollout', contextKind: 'organization', bucketBy: 'plan', variations },
          trackEvents: false,
        },
      ],
      fallthrough: { rollout: { kind: 'rollout', contextKind: 'organization', variations } },
      offVariation: 1,
      variations: [true, false],
      clientSideAvailability,
      clientSide: true,
      salt: 'pepper',
      trackEvents: true,
      trackEventsFallthrough: true,
      debugEventsUntilDate: null,
      deleted: false,
    });
  });

  it('hides an archived flag', () => {
    expect(toSdkFlag(aFlag({ archivedAt: NOW }), aConfig(), new Map())).toBeUndefined();
  });

  it('gives null for an off variation that is unset', () => {
    expect(toSdkFlag(aFlag(), aConfig({ offVariationId: undefined }), new Map())?.offVariation).toBeNull();
  });

  it('throws for a variation that the flag does not have', () => {
    expect(() => toSdkFlag(aFlag(), aConfig({ offVariationId: 'gone' }), new Map())).toThrow(
      new Error('flag new-cart has no variation gone'),
    );
  });

  const kim = { contextKind: 'user', values: ['kim'], variation: 1 };
  const kiosk = { contextKind: 'device', values: ['kiosk'], variation: 0 };
  it.each([
    {
      name: 'users alone in targets',
      targets: [user(FALSE_ID, 'kim')],
      expected: { targets: [kim], contextTargets: [] },
    },
    {
      name: 'other kinds alone in contextTargets',
      targets: [device(TRUE_ID, 'kiosk')],
      expected: { targets: [], contextTargets: [kiosk] },
    },
    {
      name: 'users among others in targets, with a placeholder in their place in the order',
      targets: [device(TRUE_ID, 'kiosk'), user(FALSE_ID, 'kim'), user(TRUE_ID, 'lee')],
      expected: {
        targets: [kim, { contextKind: 'user', values: ['lee'], variation: 0 }],
        contextTargets: [kiosk, { ...kim, values: [] }, { contextKind: 'user', values: [], variation: 0 }],
      },
    },
  ])('puts $name', ({ targets, expected }) => {
    expect(toSdkFlag(aFlag(), aConfig({ targets }), new Map())).toMatchObject(expected);
  });
});
