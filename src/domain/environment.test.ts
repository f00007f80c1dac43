import { describe, expect, it } from 'vitest';
import { anEnvironment, environmentSettings } from '../../tests/support/builders/an-environment.ts';
import { NOW, objectIdNumber, testContext, uuidNumber } from '../../tests/support/builders/test-context.ts';
import {
  type ApprovalSettings,
  createEnvironment,
  patchSettings,
  requireSettings,
  requiresApproval,
} from './environment.ts';
import { InvalidPatch, InvalidRequest, PreconditionFailed } from './errors.ts';

const approvals = (overrides: Partial<ApprovalSettings> = {}) => ({
  approvalSettings: { ...environmentSettings().approvalSettings, ...overrides },
});

describe('createEnvironment', () => {
  it('gives everything that was not asked for its default, and fresh keys', () => {
    const request = { key: 'test', name: ' Test ', color: 'f5a623' };
    expect(createEnvironment('project-id', request, testContext())).toEqual({
      ...environmentSettings({ name: 'Test', color: 'F5A623' }),
      id: objectIdNumber(1),
      projectId: 'project-id',
      key: 'test',
      sdkKey: `sdk-${uuidNumber(1)}`,
      mobileKey: `mob-${uuidNumber(2)}`,
      version: 1,
      createdAt: NOW,
    });
  });

  it('takes every setting that is asked for', () => {
    const asked = {
      defaultTtl: 60,
      secureMode: true,
      defaultTrackEvents: true,
      requireComments: true,
      confirmChanges: true,
      critical: true,
    };
    const request = { key: 'test', name: 'Test', color: '000000', tags: ['b', 'b'], ...asked };
    expect(createEnvironment('project-id', request, testContext())).toMatchObject({ ...asked, tags: ['b'] });
  });

  it('refuses a bad key', () => {
    const act = () => createEnvironment('project-id', { key: '-', name: 'Test', color: '000000' }, testContext());
    expect(act).toThrow(/^key: "-" is not a valid key;/);
  });
});

describe('requireSettings', () => {
  const COLOR = 'is not a colour; expected six hexadecimal digits such as "417505"';
  const TTL = 'defaultTtl: expected whole minutes from 0 to 60';
  const APPROVALS = 'approvalSettings.minNumApprovals: expected a whole number from 1 to 5';
  it.each([
    { name: 'a colour with #', bad: { color: '#F5A623' }, message: `color: "#F5A623" ${COLOR}` },
    { name: 'a short colour', bad: { color: 'FFF' }, message: `color: "FFF" ${COLOR}` },
    { name: 'a negative time to live', bad: { defaultTtl: -1 }, message: `${TTL}, got -1` },
    { name: 'a time to live over an hour', bad: { defaultTtl: 61 }, message: `${TTL}, got 61` },
    { name: 'parts of minutes', bad: { defaultTtl: 0.5 }, message: `${TTL}, got 0.5` },
    {
      name: 'an empty name',
      bad: { name: ' ' },
      message: 'name: " " is not a valid name; expected 1 to 256 characters',
    },
    { name: 'no approval at all', bad: approvals({ minNumApprovals: 0 }), message: `${APPROVALS}, got 0` },
    { name: 'six approvals', bad: approvals({ minNumApprovals: 6 }), message: `${APPROVALS}, got 6` },
    {
      name: 'approvals for all and for some',
      bad: approvals({ required: true, requiredApprovalTags: ['x'] }),
      message: 'approvalSettings: required and requiredApprovalTags exclude each other; expected at most one of them',
    },
    {
      name: 'a bad tag for approvals',
      bad: approvals({ requiredApprovalTags: ['a b'] }),
      message: `approvalSettings.requiredApprovalTags[0]: "a b" is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
    },
  ])('refuses $name', ({ bad, message }) => {
    expect(() => requireSettings(environmentSettings(bad))).toThrow(new InvalidRequest(message));
  });

  it('accepts the ends of the ranges', () => {
    const ends = { defaultTtl: 60, ...approvals({ minNumApprovals: 5, requiredApprovalTags: ['x'] }) };
    expect(requireSettings(environmentSettings(ends))).toEqual(environmentSettings(ends));
  });
});

describe('patchSettings', () => {
  const before = () => environmentSettings({ tags: ['a'], ...approvals({ required: true, minNumApprovals: 3 }) });
  const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });

  it.each([
    { name: 'a setting', patch: [replace('/name', 'Staging')], change: { name: 'Staging' } },
    { name: 'a colour, brought to upper case', patch: [replace('/color', 'abcdef')], change: { color: 'ABCDEF' } },
    { name: 'a tag more', patch: [{ op: 'add', path: '/tags/-', value: 'b' }], change: { tags: ['a', 'b'] } },
    { name: 'tags cleared with null', patch: [replace('/tags', null)], change: { tags: [] } },
    {
      name: 'required reset by its removal',
      patch: [{ op: 'remove', path: '/approvalSettings/required' }],
      change: approvals({ minNumApprovals: 3 }),
    },
    {
      name: 'all of approvals reset by removal',
      patch: [{ op: 'remove', path: '/approvalSettings' }],
      change: approvals(),
    },
    {
      name: 'approvals by tag instead of for all',
      patch: [
        { op: 'remove', path: '/approvalSettings/required' },
        replace('/approvalSettings/requiredApprovalTags', ['x']),
      ],
      change: approvals({ minNumApprovals: 3, requiredApprovalTags: ['x'] }),
    },
    {
      name: 'nothing by the name of the only approval service',
      patch: [replace('/approvalSettings/serviceKind', 'launchdarkly')],
      change: {},
    },
    { name: 'nothing by a path that is unknown', patch: [replace('/sdkKey', 'sdk-mine')], change: {} },
  ])('changes $name', ({ patch, change }) => {
    expect(patchSettings(before(), patch)).toEqual({ ...before(), ...change });
  });

  it.each([
    {
      name: 'a value of another type',
      patch: [replace('/secureMode', 'yes')],
      error: new InvalidRequest('secureMode: expected true or false, got "yes"'),
    },
    {
      name: 'the removal of what must be there',
      patch: [{ op: 'remove', path: '/name' }],
      error: new InvalidRequest('name: expected a string, got nothing'),
    },
    {
      name: 'another approval service',
      patch: [replace('/approvalSettings/serviceKind', 'servicenow')],
      error: new InvalidRequest(
        'approvalSettings.serviceKind: expected "launchdarkly", the only service for approvals, got "servicenow"',
      ),
    },
    {
      name: 'a value out of range',
      patch: [replace('/defaultTtl', 61)],
      error: new InvalidRequest('defaultTtl: expected whole minutes from 0 to 60, got 61'),
    },
    {
      name: 'an impossible patch',
      patch: [{ op: 'remove', path: '/tags/7' }],
      error: new InvalidPatch('patch[0]: remove of /tags/7 is not possible: no such path'),
    },
    {
      name: 'a test that fails',
      patch: [{ op: 'test', path: '/name', value: 'Other' }],
      error: new PreconditionFailed('patch[0]: test of /name failed'),
    },
  ])('refuses $name', ({ patch, error }) => {
    expect(() => patchSettings(before(), patch)).toThrow(error);
  });
});

describe('requiresApproval', () => {
  it.each([
    { name: 'nobody asks for it', settings: approvals(), tags: ['web'], expected: false },
    { name: 'it is asked for everything', settings: approvals({ required: true }), tags: [], expected: true },
    {
      name: 'it is asked for a tag of the flag',
      settings: approvals({ requiredApprovalTags: ['web', 'pay'] }),
      tags: ['pay'],
      expected: true,
    },
    {
      name: 'it is asked for another tag',
      settings: approvals({ requiredApprovalTags: ['web'] }),
      tags: ['pay'],
      expected: false,
    },
  ])('is $expected when $name', ({ settings, tags, expected }) => {
    expect(requiresApproval(anEnvironment(settings).approvalSettings, tags)).toBe(expected);
  });
});
