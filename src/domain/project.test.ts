import { describe, expect, it } from 'vitest';
import { projectSettings } from '../../tests/support/builders/a-project.ts';
import { NOW, objectIdNumber, testContext } from '../../tests/support/builders/test-context.ts';
import { InvalidRequest } from './errors.ts';
import {
  createProject,
  type NamingCase,
  type NewProject,
  patchProjectSettings,
  requireConventionalKey,
} from './project.ts';

describe('createProject', () => {
  const create = (request: Partial<NewProject> = {}) =>
    createProject({ key: 'shop', name: ' Shop ', ...request }, testContext());

  it('gives everything that was not asked for its default', () => {
    expect(create()).toEqual({ ...projectSettings(), id: objectIdNumber(1), key: 'shop', version: 1, createdAt: NOW });
  });

  const both = { usingEnvironmentId: true, usingMobileKey: false };
  it.each([
    {
      name: 'by its older name',
      request: { includeInSnippetByDefault: true },
      expected: { usingEnvironmentId: true, usingMobileKey: true },
    },
    {
      name: 'by both names, of which the newer wins',
      request: { includeInSnippetByDefault: false, defaultClientSideAvailability: both },
      expected: both,
    },
  ])('takes the availability $name', ({ request, expected }) => {
    expect(create(request).defaultClientSideAvailability).toEqual(expected);
  });

  it('takes tags and a naming convention', () => {
    const namingConvention = { case: 'kebabCase', prefix: 'web.' } as const;
    expect(create({ tags: ['a', 'a'], namingConvention })).toMatchObject({ tags: ['a'], namingConvention });
  });

  it('refuses keys longer than 100 characters', () => {
    expect(create({ key: 'k'.repeat(100) }).key).toHaveLength(100);
    expect(() => create({ key: 'k'.repeat(101) })).toThrow(InvalidRequest);
  });
});

describe('requireConventionalKey', () => {
  const rows: Record<NamingCase, { accepts: readonly string[]; refuses: readonly string[] }> = {
    camelCase: { accepts: ['cart', 'newCart2'], refuses: ['NewCart', 'new-cart', 'new_cart', '2cart'] },
    upperCamelCase: { accepts: ['Cart', 'NewCart2'], refuses: ['newCart', 'New-Cart', 'New_Cart'] },
    snakeCase: { accepts: ['cart', 'new_cart_2'], refuses: ['newCart', 'new-cart', 'new__cart', 'cart_'] },
    kebabCase: { accepts: ['cart', 'new-cart-2'], refuses: ['newCart', 'new_cart', 'new--cart', 'cart-'] },
    constantCase: { accepts: ['CART', 'NEW_CART_2'], refuses: ['NewCart', 'NEW-CART', 'NEW__CART'] },
  };
  const cells = (which: 'accepts' | 'refuses') =>
    Object.entries(rows).flatMap(([namingCase, keys]) =>
      keys[which].map((key) => ({ namingCase: namingCase as NamingCase, key })),
    );

  it.each(cells('accepts'))('takes $key for $namingCase', ({ namingCase, key }) => {
    expect(() => requireConventionalKey(key, { case: namingCase })).not.toThrow();
  });

  it.each(cells('refuses'))('refuses $key for $namingCase', ({ namingCase, key }) => {
    const message = `key: "${key}" breaks the project's naming convention; expected ${namingCase}`;
    expect(() => requireConventionalKey(key, { case: namingCase })).toThrow(new InvalidRequest(message));
  });

  it('takes anything without a convention', () => {
    expect(() => requireConventionalKey('Any.thing', undefined)).not.toThrow();
    expect(() => requireConventionalKey('Any.thing', {})).not.toThrow();
  });

  it('looks at the case behind the prefix', () => {
    const convention = { case: 'camelCase', prefix: 'WEB-' } as const;
    expect(() => requireConventionalKey('WEB-newCart', convention)).not.toThrow();
    expect(() => requireConventionalKey('newCart', convention)).toThrow(
      new InvalidRequest(`key: "newCart" breaks the project's naming convention; expected the prefix "WEB-"`),
    );
  });
});

describe('patchProjectSettings', () => {
  const before = () =>
    projectSettings({ tags: ['a'], defaultReleasePipelineKey: 'standard', namingConvention: { prefix: 'x' } });
  const patched = (...patch: readonly unknown[]) => patchProjectSettings(before(), 'shop', patch);
  const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
  const AVAILABILITY = '/defaultClientSideAvailability';
  const available = (usingEnvironmentId: boolean, usingMobileKey = true) => ({
    defaultClientSideAvailability: { usingEnvironmentId, usingMobileKey },
  });

  it.each([
    { name: 'the name', patch: [replace('/name', 'Store')], change: { name: 'Store' } },
    { name: 'tags cleared by removal', patch: [{ op: 'remove', path: '/tags' }], change: { tags: [] } },
    {
      name: 'the default pipeline cleared with null',
      patch: [replace('/defaultReleasePipelineKey', null)],
      change: { defaultReleasePipelineKey: undefined },
    },
    {
      name: 'the naming convention',
      patch: [replace('/namingConvention', { case: 'camelCase' })],
      change: { namingConvention: { case: 'camelCase' } },
    },
    {
      name: 'the naming convention cleared',
      patch: [{ op: 'remove', path: '/namingConvention' }],
      change: { namingConvention: undefined },
    },
    {
      name: 'view requirements',
      patch: [replace('/requireViewAssociationForNewFlags', true)],
      change: { requireViewAssociationForNewFlags: true },
    },
    {
      name: 'the availability in mobile SDKs',
      patch: [replace(`${AVAILABILITY}/usingMobileKey`, false)],
      change: available(false, false),
    },
    {
      name: 'the availability by its newer name',
      patch: [replace(`${AVAILABILITY}/usingEnvironmentId`, true)],
      change: available(true),
    },
    {
      name: 'the availability by its older name',
      patch: [replace('/includeInSnippetByDefault', true)],
      change: available(true),
    },
    {
      name: 'the availability by its newer name when both are given',
      patch: [replace(`${AVAILABILITY}/usingEnvironmentId`, true), replace('/includeInSnippetByDefault', false)],
      change: available(true),
    },
    { name: 'nothing by its own key', patch: [replace('/key', 'shop')], change: {} },
    { name: 'nothing by an unknown path', patch: [replace('/unknown', 1)], change: {} },
  ])('changes $name', ({ patch, change }) => {
    expect(patched(...patch)).toEqual({ ...before(), ...change });
  });

  it.each([
    {
      name: 'another key',
      patch: [replace('/key', 'store')],
      message: 'key: expected "shop", since keys never change, got "store"',
    },
    {
      name: 'an unknown case',
      patch: [replace('/namingConvention/case', 'spongeCase')],
      message:
        'namingConvention.case: expected one of camelCase, upperCamelCase, snakeCase, kebabCase, constantCase, got "spongeCase"',
    },
    {
      name: 'a case that every object has by birth',
      patch: [replace('/namingConvention/case', 'toString')],
      message:
        'namingConvention.case: expected one of camelCase, upperCamelCase, snakeCase, kebabCase, constantCase, got "toString"',
    },
    {
      name: 'the removal of the name',
      patch: [{ op: 'remove', path: '/name' }],
      message: 'name: expected a string, got nothing',
    },
    {
      name: 'an availability in words',
      patch: [replace(`${AVAILABILITY}/usingMobileKey`, 'yes')],
      message: 'defaultClientSideAvailability.usingMobileKey: expected true or false, got "yes"',
    },
  ])('refuses $name', ({ patch, message }) => {
    expect(() => patched(...patch)).toThrow(new InvalidRequest(message));
  });
});
