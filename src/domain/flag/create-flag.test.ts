import { describe, expect, it } from 'vitest';
import { aProject } from '../../../tests/support/builders/a-project.ts';
import { anEnvironment } from '../../../tests/support/builders/an-environment.ts';
import { NOW, objectIdNumber, testContext, uuidNumber } from '../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../errors.ts';
import type { Project } from '../project.ts';
import { createFlag, type NewFlag } from './create-flag.ts';

const ENVIRONMENTS = [
  anEnvironment({ id: 'test-id', key: 'test' }),
  anEnvironment({ id: 'production-id', key: 'production', defaultTrackEvents: true }),
];

function create(
  request: Partial<NewFlag> = {},
  { project = {}, firstVersions = new Map() }: { project?: Partial<Project>; firstVersions?: Map<string, number> } = {},
) {
  const scope = { project: aProject(project), environments: ENVIRONMENTS, firstVersions };
  return createFlag({ key: 'new-cart', name: 'New cart', ...request }, scope, testContext());
}

describe('createFlag', () => {
  it('makes a temporary boolean flag that is off everywhere when asked for no more than key and name', () => {
    const [onVariationId, offVariationId] = [uuidNumber(1), uuidNumber(2)];
    const config = {
      on: false,
      version: 1,
      lastModified: NOW,
      prerequisites: [],
      targets: [],
      expiringTargets: [],
      rules: [],
      fallthrough: { variationId: onVariationId },
      offVariationId,
      trackEventsFallthrough: false,
    };
    const salt = (number: number) => String(number).padStart(32, '0');
    expect(create({ name: ' New cart ' })).toEqual({
      id: objectIdNumber(1),
      projectId: 'project-id',
      key: 'new-cart',
      name: 'New cart',
      description: '',
      variations: [
        { id: onVariationId, value: true },
        { id: offVariationId, value: false },
      ],
      defaults: { onVariationId, offVariationId },
      temporary: true,
      tags: [],
      clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
      customProperties: {},
      version: 1,
      createdAt: NOW,
      environments: {
        test: { ...config, environmentId: 'test-id', salt: salt(1), sel: salt(2), trackEvents: false },
        production: { ...config, environmentId: 'production-id', salt: salt(3), sel: salt(4), trackEvents: true },
      },
    });
  });

  it('takes everything that is asked for', () => {
    const asked = {
      description: 'x',
      temporary: false,
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
      customProperties: { jira: { name: 'Jira', value: ['CART-1'] } },
      maintainerId: 'member-id',
    };
    expect(create({ ...asked, tags: ['a', 'a'], includeInSnippet: false })).toMatchObject({ ...asked, tags: ['a'] });
  });

  it('serves the first variation when on and the last when off, unless told', () => {
    const variations = [
      { value: 'a', name: '' },
      { value: 'b', description: 'B' },
      { value: 'c', name: 'C' },
    ];
    const [a, b, c] = [uuidNumber(1), uuidNumber(2), uuidNumber(3)];
    const flag = create({ variations });
    expect(flag.variations).toEqual([
      { id: a, value: 'a' },
      { id: b, value: 'b', description: 'B' },
      { id: c, value: 'c', name: 'C' },
    ]);
    expect(flag.defaults).toEqual({ onVariationId: a, offVariationId: c });
    const told = create({ variations, defaults: { onVariation: 2, offVariation: 1 } });
    expect(told.defaults).toEqual({ onVariationId: c, offVariationId: b });
    expect(told.environments['test']).toMatchObject({ fallthrough: { variationId: c }, offVariationId: b });
  });

  it('is on in all environments with isFlagOn', () => {
    const { environments } = create({ isFlagOn: true });
    expect(Object.values(environments).map(({ on }) => on)).toEqual([true, true]);
  });

  it('starts above the versions of an earlier flag of this key', () => {
    const { environments, version } = create({}, { firstVersions: new Map([['production-id', 8]]) });
    expect([version, environments['test']?.version, environments['production']?.version]).toEqual([1, 1, 8]);
  });

  const presets = { defaultClientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false } };
  it.each([
    { name: 'from the project', request: {}, expected: { usingEnvironmentId: true, usingMobileKey: false } },
    {
      name: 'with the snippet as asked for',
      request: { includeInSnippet: false },
      expected: { usingEnvironmentId: false, usingMobileKey: false },
    },
    {
      name: 'as asked for, whatever the snippet says',
      request: { includeInSnippet: false, clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: true } },
      expected: { usingEnvironmentId: true, usingMobileKey: true },
    },
  ])('takes the availability $name', ({ request, expected }) => {
    expect(create(request, { project: presets }).clientSideAvailability).toEqual(expected);
  });
});

describe('variations', () => {
  const values = (...list: readonly unknown[]) =>
    ({ variations: list.map((value) => ({ value })) }) as Partial<NewFlag>;

  it.each([
    { name: 'one string', request: values('a') },
    { name: 'numbers', request: values(1, 2.5) },
    { name: 'false before true', request: values(false, true) },
    { name: 'anything beside an object', request: values({ a: 1 }, null, 'x', 1) },
    { name: 'a value of 65536 characters', request: values('x'.repeat(65_534), 'y') },
  ])('may be $name', ({ request }) => {
    expect(create(request).variations.map(({ value }) => ({ value }))).toEqual(request.variations);
  });

  const BOOLEAN = 'variations: expected exactly the two values true and false for a boolean flag';
  it.each([
    { name: 'none', request: values(), message: 'variations: expected 1 to 1000 variations, got 0' },
    {
      name: 'more than 1000',
      request: values(...Array.from({ length: 1001 }, (_, index) => index)),
      message: 'variations: expected 1 to 1000 variations, got 1001',
    },
    {
      name: 'of mixed types',
      request: values('a', 1),
      message: 'variations: expected values of one type, got string and number',
    },
    {
      name: 'null among strings',
      request: values('a', null),
      message: 'variations: expected values of one type, got string and null',
    },
    { name: 'one boolean', request: values(true), message: BOOLEAN },
    {
      name: 'equal',
      request: values('a', 'b', 'a'),
      message: 'variations[2].value: "a" is also the value of variations[0]; expected unique values',
    },
    {
      name: 'true twice',
      request: values(true, true),
      message: 'variations[1].value: true is also the value of variations[0]; expected unique values',
    },
    {
      name: 'equal but for the order of members',
      request: values({ a: 1, b: 2 }, { b: 2, a: 1 }),
      message: 'variations[1].value: {"b":2,"a":1} is also the value of variations[0]; expected unique values',
    },
    {
      name: 'too long',
      request: values('x', 'x'.repeat(65_535)),
      message: 'variations[1].value: expected at most 65536 characters of JSON',
    },
  ])('may not be $name', ({ request, message }) => {
    expect(() => create(request)).toThrow(new InvalidRequest(message));
  });
});

describe('a new flag is refused', () => {
  const property = (key: string, name: string, value: readonly string[]) => ({
    customProperties: { [key]: { name, value } },
  });
  const many = Array.from({ length: 65 }, (_, index) => `v${index}`);
  const LONG = 'x'.repeat(65);

  it.each([
    {
      name: 'with an off variation out of the list',
      request: { defaults: { onVariation: 0, offVariation: 2 } },
      message: 'Default off variation must be a valid index in the variations list',
    },
    {
      name: 'with an on variation out of the list',
      request: { defaults: { onVariation: -1, offVariation: 0 } },
      message: 'Default on variation must be a valid index in the variations list',
    },
    {
      name: 'with a bad key',
      request: { key: 'new cart' },
      message: `key: "new cart" is not a valid key; expected 1 to 256 letters, digits, '.', '_' or '-', starting with a letter or digit`,
    },
    {
      name: 'with an empty name',
      request: { name: '' },
      message: 'name: "" is not a valid name; expected 1 to 256 characters',
    },
    {
      name: 'with a bad tag',
      request: { tags: ['a b'] },
      message: `tags[0]: "a b" is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
    },
    {
      name: 'with a custom property of too many values',
      request: property('p', 'P', many),
      message: 'customProperties.p.value: expected at most 64 values, got 65',
    },
    {
      name: 'with a custom property of a long name',
      request: property('p', LONG, []),
      message: `customProperties.p: expected at most 64 characters, got "${LONG}"`,
    },
    {
      name: 'with a custom property of a long value',
      request: property('p', 'P', ['x', LONG]),
      message: `customProperties.p: expected at most 64 characters, got "${LONG}"`,
    },
    {
      name: 'with too many custom properties',
      request: { customProperties: Object.fromEntries(many.map((key) => [key, { name: key, value: [] }])) },
      message: 'customProperties: expected at most 64 properties, got 65',
    },
  ])('$name', ({ request, message }) => {
    expect(() => create(request)).toThrow(new InvalidRequest(message));
  });

  it("when its key breaks the project's naming convention", () => {
    const project = { namingConvention: { case: 'kebabCase', prefix: 'web.' } } as const;
    expect(create({ key: 'web.new-cart' }, { project }).key).toBe('web.new-cart');
    expect(() => create({ key: 'new-cart' }, { project })).toThrow(
      new InvalidRequest(`key: "new-cart" breaks the project's naming convention; expected the prefix "web."`),
    );
    expect(() => create({ key: 'web.newCart' }, { project })).toThrow(
      new InvalidRequest(`key: "web.newCart" breaks the project's naming convention; expected kebabCase`),
    );
  });
});
