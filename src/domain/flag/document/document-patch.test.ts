import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule } from '../../../../tests/support/builders/a-flag.ts';
import { testContext } from '../../../../tests/support/builders/test-context.ts';
import { InvalidPatch, InvalidRequest, PreconditionFailed } from '../../errors.ts';
import { applySteps } from '../apply-instructions.ts';
import { byIndex, toFlagDocument } from './flag-document.ts';
import type { DocumentPatch } from '../../document-patch.ts';
import { documentChange } from './document-patch.ts';
import type { Flag, FlagConfig } from '../flag.ts';
import { NO_SURROUNDINGS, type Surroundings } from '../surroundings.ts';

const other = aFlag({ key: 'other' });
const around: Surroundings = {
  ...NO_SURROUNDINGS,
  flags: new Map([['other', other]]),
  memberIds: new Set(['m1']),
  teamKeys: new Set(['t1']),
};

/** A flag with the values a, b and c under those ids. */
const letters = (config: Partial<FlagConfig> = {}, flag: Partial<Flag> = {}) =>
  aFlag({
    variations: ['a', 'b', 'c'].map((value) => ({ id: value, value })),
    defaults: { onVariationId: 'a', offVariationId: 'c' },
    environments: {
      test: aConfig({ fallthrough: { variationId: 'a' }, offVariationId: 'c', ...config }),
      production: aConfig({ environmentId: 'p', fallthrough: { variationId: 'b' }, offVariationId: 'c' }),
    },
    ...flag,
  });

function change(flag: Flag, patch: DocumentPatch) {
  const context = { ...testContext(), surroundings: around };
  const { steps, releasePipelineKey } = documentChange(flag, patch, context);
  const after = applySteps(flag, steps, context);
  return { flag: after, document: toFlagDocument(after, around.flags, byIndex), releasePipelineKey, steps };
}
const json = (flag: Flag, ...operations: readonly object[]) => change(flag, { format: 'json', operations });
const merge = (flag: Flag, patch: object) => change(flag, { format: 'merge', merge: patch });
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const at = (document: unknown, path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((part, word) => (part as Record<string, unknown> | undefined)?.[word], document);

describe('a JSON patch writes', () => {
  const rule = { clauses: [{ attribute: 'email', op: 'endsWith', values: ['@x'] }], variation: 1 };
  it.each<[string, unknown]>([
    ['/name', 'Cart'],
    ['/description', ''],
    ['/tags', ['b', 'a']],
    ['/temporary', false],
    ['/archived', true],
    ['/deprecated', true],
    ['/maintainerId', 'm1'],
    ['/maintainerTeamKey', 't1'],
    ['/includeInSnippet', true],
    ['/clientSideAvailability', { usingEnvironmentId: true, usingMobileKey: false }],
    ['/clientSideAvailability/usingMobileKey', false],
    ['/customProperties', { p: { name: 'P', value: ['x'] } }],
    ['/customProperties/p', { name: 'P', value: ['x'] }],
    ['/defaults', { onVariation: 1, offVariation: 0 }],
    ['/defaults/offVariation', 1],
    ['/variations/0/value', 'z'],
    ['/variations/0/name', 'Zed'],
    ['/variations/0/description', 'last'],
    ['/variationJsonSchema', { type: 'string' }],
    ['/environments/test/on', true],
    ['/environments/test/trackEvents', true],
    ['/environments/test/trackEventsFallthrough', true],
    ['/environments/test/offVariation', 0],
    ['/environments/test/salt', 'pepper'],
    ['/environments/test/fallthrough', { variation: 2 }],
    [
      '/environments/test/fallthrough',
      {
        rollout: {
          contextKind: 'org',
          bucketBy: 'name',
          variations: [
            { variation: 2, weight: 40_000 },
            { variation: 0, weight: 60_000 },
          ],
        },
      },
    ],
    ['/environments/test/prerequisites', [{ key: 'other', variation: 1 }]],
    ['/environments/test/targets', [{ contextKind: 'user', values: ['k'], variation: 2 }]],
    ['/environments/test/contextTargets', [{ contextKind: 'org', values: ['k'], variation: 2 }]],
  ])('%s %j', (path, value) => {
    const { document } = json(letters(), replace(path, value));
    expect(at(document, path)).toEqual(value);
    expect(at(merge(letters(), toMerge(path, value)).document, path)).toEqual(value);
  });

  it('rules without ids, with what is missing at its default', () => {
    const { document } = json(letters(), { op: 'add', path: '/environments/test/rules/-', value: rule });
    expect(document.environments['test']?.rules).toEqual([
      {
        _id: expect.any(String),
        variation: 1,
        trackEvents: false,
        clauses: [
          {
            _id: expect.any(String),
            contextKind: 'user',
            attribute: 'email',
            op: 'endsWith',
            values: ['@x'],
            negate: false,
          },
        ],
      },
    ]);
  });

  it('deep inside of rules and rollouts', () => {
    const clause = { id: 'c1', contextKind: 'user', attribute: 'email', op: 'in', values: ['a'], negate: false };
    const flag = letters({ rules: [aRule({ id: 'r1', serve: { variationId: 'a' }, clauses: [clause] })] });
    const { flag: after } = json(
      flag,
      { op: 'add', path: '/environments/test/rules/0/clauses/0/values/-', value: 'b' },
      replace('/environments/test/rules/0/variation', 1),
      replace('/environments/test/rules/0/description', 'r'),
      { op: 'add', path: '/environments/test/rules/0/disabled', value: true },
    );
    expect(after.environments['test']?.rules).toEqual([
      {
        id: 'r1',
        serve: { variationId: 'b' },
        description: 'r',
        isDisabled: true,
        trackEvents: false,
        ref: undefined,
        clauses: [{ ...clause, values: ['a', 'b'] }],
      },
    ]);
  });

  it('the first target of a variation, one more, and users that came among other kinds', () => {
    const { document } = json(
      letters(),
      { op: 'add', path: '/environments/test/targets/-', value: { variation: 0, values: ['k'] } },
      { op: 'add', path: '/environments/test/targets/0/values/-', value: 'l' },
      { op: 'add', path: '/environments/test/targets/-', value: { variation: 0, values: ['m'] } },
      {
        op: 'add',
        path: '/environments/test/contextTargets/-',
        value: { contextKind: 'user', variation: 1, values: ['n'] },
      },
      {
        op: 'add',
        path: '/environments/test/contextTargets/-',
        value: { contextKind: 'org', variation: 1, values: [] },
      },
    );
    expect(document.environments['test']).toMatchObject({
      targets: [
        { variation: 0, values: ['k', 'l', 'm'] },
        { variation: 1, values: ['n'] },
      ],
      contextTargets: [],
    });
  });

  it('a maintainer over another, or none', () => {
    const byMember = letters({}, { maintainerId: 'm1' });
    expect(json(byMember, replace('/maintainerTeamKey', 't1')).flag).toMatchObject({
      maintainerTeamKey: 't1',
      maintainerId: undefined,
    });
    expect(json(byMember, { op: 'remove', path: '/maintainerId' }).flag.maintainerId).toBeUndefined();
    expect(json(letters(), replace('/maintainerTeamKey', '')).steps).toEqual([]);
  });

  it('nothing where lists and the off variation are removed', () => {
    const flag = letters({
      targets: [{ contextKind: 'user', variationId: 'a', values: ['k'] }],
      rules: [aRule({ serve: { variationId: 'a' } })],
    });
    const remove = (name: string) => ({ op: 'remove', path: `/environments/test/${name}` });
    const { flag: after } = json(
      flag,
      remove('targets'),
      remove('rules'),
      remove('offVariation'),
      remove('prerequisites'),
    );
    expect(after.environments['test']).toMatchObject({
      targets: [],
      rules: [],
      offVariationId: undefined,
      prerequisites: [],
    });
  });

  function toMerge(path: string, value: unknown): object {
    const words = path.split('/').slice(1);
    if (words[0] === 'variations') {
      const list = letters().variations.map(({ id, ...variation }) => ({ _id: id, ...variation }));
      return {
        variations: list.map((variation, i) => (i === 0 ? { ...variation, [words[2] as string]: value } : variation)),
      };
    }
    return words.reduceRight<unknown>((inner, word) => ({ [word]: inner }), value) as object;
  }
});

describe('positions in a JSON patch', () => {
  const serving = letters({
    targets: [{ contextKind: 'user', variationId: 'b', values: ['k'] }],
    rules: [aRule({ serve: { variationId: 'b' } })],
  });

  it('that are not written follow their variation when one is put before it', () => {
    const { flag, document } = json(serving, { op: 'add', path: '/variations/0', value: { value: 'first' } });
    expect(flag.environments['test']).toEqual(serving.environments['test']);
    expect(document.environments['test']).toMatchObject({
      fallthrough: { variation: 1 },
      offVariation: 3,
      targets: [{ variation: 2 }],
      rules: [{ variation: 2 }],
    });
    expect(document.defaults).toEqual({ onVariation: 1, offVariation: 3 });
  });

  it('that are written count in the list that results, also when they are the same number as before', () => {
    const { flag } = json(
      serving,
      { op: 'remove', path: '/variations/0' },
      replace('/environments/test/fallthrough', { variation: 0 }),
      replace('/environments/production/fallthrough/variation', 1),
      replace('/defaults', { onVariation: 0, offVariation: 1 }),
    );
    expect(flag.environments['test']?.fallthrough).toEqual({ variationId: 'b' });
    expect(flag.environments['production']?.fallthrough).toEqual({ variationId: 'c' });
    expect(flag.defaults).toEqual({ onVariationId: 'b', offVariationId: 'c' });
    expect(flag.environments['test']?.rules[0]?.serve).toEqual({ variationId: 'b' });
  });

  it('may go to a variation that the same patch adds', () => {
    const { flag } = json(
      serving,
      { op: 'add', path: '/variations/-', value: { value: 'd' } },
      replace('/environments/test/fallthrough', { variation: 3 }),
    );
    expect(flag.environments['test']?.fallthrough).toEqual({ variationId: flag.variations[3]?.id });
  });

  it('of removals may ascend, as if the list did not shrink', () => {
    const flag = letters(
      { fallthrough: { variationId: 'a' }, offVariationId: 'a' },
      { variations: ['a', 'b', 'c', 'd'].map((value) => ({ id: value, value })) },
    );
    const removals = [1, 2, 3].map((index) => ({ op: 'remove', path: `/variations/${index}` }));
    const production = [
      replace('/environments/production/fallthrough', { variation: 0 }),
      replace('/environments/production/offVariation', 0),
    ];
    // 1 is b; then 2 is d, which stands there now; 3 is past the end and means what stood there first, d, which is gone.
    expect(() =>
      json(flag, ...removals.slice(0, 2), replace('/defaults', { onVariation: 0, offVariation: 0 }), ...production),
    ).not.toThrow();
    const shrunk = json(
      flag,
      { op: 'remove', path: '/variations/2' },
      { op: 'remove', path: '/variations/3' },
      replace('/defaults', { onVariation: 0, offVariation: 1 }),
      ...production,
    );
    expect(shrunk.flag.variations.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('keep the identity of variations that are written without an id', () => {
    const { flag } = json(serving, replace('/variations', [{ value: 'c' }, { value: 'b' }, { value: 'a' }]));
    expect(flag.variations.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect(flag.environments['test']?.fallthrough).toEqual({ variationId: 'a' });
  });
});

describe('a JSON patch has no effect', () => {
  it.each([
    replace('/environments/test/fallthough', { variation: 1 }),
    replace('/environments/test/version', 99),
    replace('/environments/test/lastModified', 99),
    replace('/environments/test/archived', true),
    replace('/environments/test/sel', 'x'),
    replace('/_version', 99),
    replace('/creationDate', 99),
    replace('/goalIds', ['x']),
    replace('/unknown', 1),
    replace('/key', 'new-cart'),
    replace('/name', 'New cart'),
    replace('/environments/test/rules', []),
    { op: 'test', path: '/version', value: 1 },
    { op: 'test', path: '/_version', value: 1 },
    { op: 'test', path: '/environments/test/fallthrough/variation', value: 0 },
  ])('with %j', (operation) => {
    expect(json(letters(), operation).steps).toEqual([]);
  });
});

describe('a JSON patch is refused', () => {
  it.each([
    [replace('/environments/staging/on', true), InvalidPatch, 'no such path'],
    [
      { op: 'add', path: '/environments/staging', value: {} },
      InvalidPatch,
      'environments.staging: not an environment of this project; expected one of test, production',
    ],
    [{ op: 'remove', path: '/maintainerId' }, InvalidPatch, 'remove of /maintainerId is not possible'],
    [{ op: 'test', path: '/version', value: 2 }, PreconditionFailed, 'test of /version failed'],
    [replace('/key', 'x'), InvalidRequest, 'key: expected "new-cart", which never changes, got "x"'],
    [replace('/kind', 'boolean'), InvalidRequest, 'kind: expected "multivariate", which never changes'],
    [replace('/name', 5), InvalidRequest, 'name: expected a string, got 5'],
    [replace('/name', ''), InvalidRequest, 'name: value: "" is not a valid name'],
    [replace('/tags', ['?']), InvalidRequest, 'tags: values[0]: "?" is not a valid tag'],
    [
      replace('/defaults/offVariation', 3),
      InvalidPatch,
      'Default off variation must be a valid index in the variations list',
    ],
    [
      replace('/environments/test/on', 'yes'),
      InvalidRequest,
      'environments.test.on: expected true or false, got "yes"',
    ],
    [
      { op: 'remove', path: '/environments/test/on' },
      InvalidRequest,
      'environments.test.on: expected true or false, got nothing',
    ],
    [
      { op: 'remove', path: '/environments/test/fallthrough' },
      InvalidRequest,
      'environments.test.fallthrough: expected an object, got nothing',
    ],
    [
      replace('/environments/test/fallthrough', { variation: 3 }),
      InvalidRequest,
      'environments.test.fallthrough.variation: expected the index of a variation, 0 to 2, got 3',
    ],
    [
      { op: 'add', path: '/environments/test/fallthrough/rollout', value: {} },
      InvalidRequest,
      'environments.test.fallthrough.variation: expected exactly one of variation and rollout',
    ],
    [
      replace('/environments/test/fallthrough', { rollout: { variations: [{ variation: 0, weight: 1 }] } }),
      InvalidRequest,
      'environments.test.fallthrough.rollout.variations: expected weights that sum to 100000, got 1',
    ],
    [
      replace('/environments/test/rules', [{ variation: 0, clauses: [{ attribute: 'a', op: 'equals', values: [] }] }]),
      InvalidRequest,
      'environments.test.rules[0].clauses[0].op: expected one of',
    ],
    [
      replace('/environments/test/rules', {}),
      InvalidRequest,
      'environments.test.rules: expected an array of objects, got {}',
    ],
    [
      replace('/environments/test/prerequisites', [{ key: 'absent', variation: 0 }]),
      InvalidRequest,
      'environments.test.prerequisites[0].key: expected the key of another flag',
    ],
    [
      replace('/environments/test/targets', [
        { variation: 0, values: ['k'] },
        { variation: 1, values: ['k'] },
      ]),
      InvalidRequest,
      'environments.test.targets: user "k" would be targeted to both',
    ],
    [
      { op: 'test', path: '/releasePipelineKey', value: 'x' },
      InvalidRequest,
      '/releasePipelineKey: expected the operation add, replace or remove',
    ],
    [
      { op: 'add', path: '/releasePipelineKey', value: 5 },
      InvalidRequest,
      'releasePipelineKey: expected the key of a release pipeline or null, got 5',
    ],
  ])('with %j', (operation, type, message) => {
    expect(() => json(letters(), operation)).toThrow(type);
    expect(() => json(letters(), operation)).toThrow(message);
  });
});

describe('a release pipeline', () => {
  it.each([
    [{ op: 'add', path: '/releasePipelineKey', value: 'web' }, 'web'],
    [{ op: 'replace', path: '/releasePipelineKey', value: 'web' }, 'web'],
    [{ op: 'remove', path: '/releasePipelineKey' }, null],
    [replace('/name', 'x'), undefined],
  ])('is named by %j', (operation, key) => {
    expect(json(letters(), operation).releasePipelineKey).toBe(key);
  });
});

describe('a merge patch', () => {
  it('takes what is served as one thing', () => {
    const rollout = { variations: [{ variation: 0, weight: 100_000 }] };
    const rolled = merge(letters(), { environments: { test: { fallthrough: { rollout } } } });
    expect(rolled.document.environments['test']?.fallthrough).toMatchObject({ rollout });
    const single = merge(rolled.flag, { environments: { test: { fallthrough: { variation: 1 } } } });
    expect(single.document.environments['test']?.fallthrough).toEqual({ variation: 1 });
  });

  it('refuses to remove values that are fixed', () => {
    expect(() => merge(aFlag(), { variations: [] })).toThrow('variations: expected all variations of flag new-cart');
    expect(() => merge(letters(), { variations: [] })).toThrow("The fallthrough variation can't be deleted");
  });

  it('removes a custom property, also one with a name that every object has by birth', () => {
    const property = { name: 'C', value: ['x'] };
    const flag = letters({}, { customProperties: { constructor: property, kept: property } });
    expect(merge(flag, { customProperties: { constructor: null } }).flag.customProperties).toEqual({ kept: property });
    const removal = { op: 'remove', path: '/customProperties/constructor' };
    expect(json(flag, removal).flag.customProperties).toEqual({ kept: property });
  });

  it('clears with null', () => {
    const { flag } = merge(letters({}, { maintainerId: 'm1' }), {
      maintainerId: null,
      environments: { test: { offVariation: null } },
    });
    expect(flag.maintainerId).toBeUndefined();
    expect(flag.environments['test']?.offVariationId).toBeUndefined();
  });

  it('refuses to clear what is needed, unknown environments, and what is no object', () => {
    expect(() => merge(letters(), { name: null })).toThrow('name: expected a string, got nothing');
    expect(() => merge(letters(), { environments: { staging: { on: true } } })).toThrow(
      'environments.staging: not an environment',
    );
    expect(() => change(letters(), { format: 'merge', merge: [] })).toThrow('merge: expected an object, got []');
  });
});
