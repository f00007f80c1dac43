import { describe, expect, it } from 'vitest';
import { InvalidPatch, PreconditionFailed } from './errors.ts';
import { applyJsonPatch } from './json-patch.ts';

interface Document {
  readonly name: string;
  readonly tags: readonly string[];
  readonly limits: { readonly count?: number; readonly unit?: string };
  readonly note?: string;
}

const aDocument = (): Document => ({ name: 'Shop', tags: ['a', 'b'], limits: { count: 1 } });
const patched = (...patch: readonly unknown[]) =>
  applyJsonPatch(aDocument(), patch, ['name', 'tags', 'limits', 'note']);

describe('applyJsonPatch', () => {
  it.each([
    { name: 'adds a member', operation: { op: 'add', path: '/note', value: 'x' }, change: { note: 'x' } },
    {
      name: 'adds to the end of an array',
      operation: { op: 'add', path: '/tags/-', value: 'c' },
      change: { tags: ['a', 'b', 'c'] },
    },
    {
      name: 'adds inside an array',
      operation: { op: 'add', path: '/tags/1', value: 'c' },
      change: { tags: ['a', 'c', 'b'] },
    },
    { name: 'removes an element', operation: { op: 'remove', path: '/tags/0' }, change: { tags: ['b'] } },
    { name: 'replaces a member', operation: { op: 'replace', path: '/name', value: 'New' }, change: { name: 'New' } },
    {
      name: 'moves',
      operation: { op: 'move', from: '/limits/count', path: '/limits/unit' },
      change: { limits: { unit: 1 } },
    },
    { name: 'copies', operation: { op: 'copy', from: '/tags/0', path: '/note' }, change: { note: 'a' } },
    { name: 'goes on when a test holds', operation: { op: 'test', path: '/tags', value: ['a', 'b'] }, change: {} },
    {
      name: 'adds what it shall replace and does not find',
      operation: { op: 'replace', path: '/note', value: 'x' },
      change: { note: 'x' },
    },
    {
      name: 'adds a nested member it shall replace',
      operation: { op: 'replace', path: '/limits/unit', value: 'kg' },
      change: { limits: { count: 1, unit: 'kg' } },
    },
    {
      name: 'sets null where it shall replace with null',
      operation: { op: 'replace', path: '/note', value: null },
      change: { note: null },
    },
    {
      name: 'passes over top-level members that are unknown',
      operation: { op: 'replace', path: '/fallthough', value: 1 },
      change: {},
    },
    {
      name: 'passes over paths below unknown members',
      operation: { op: 'remove', path: '/unknown/deep/path' },
      change: {},
    },
    { name: 'adds nothing to prototypes', operation: { op: 'add', path: '/__proto__/polluted', value: 1 }, change: {} },
  ])('$name', ({ operation, change }) => {
    expect(patched(operation)).toEqual({ ...aDocument(), ...change });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('applies operations in order, each to the result of the one before', () => {
    const patch = [
      { op: 'add', path: '/note', value: 'x' },
      { op: 'test', path: '/note', value: 'x' },
      { op: 'copy', from: '/note', path: '/name' },
    ];
    expect(patched(...patch)).toEqual({ ...aDocument(), note: 'x', name: 'x' });
  });

  it('leaves the document as it was, whether the patch succeeds or not', () => {
    const document = aDocument();
    applyJsonPatch(
      document,
      [
        { op: 'remove', path: '/tags/0' },
        { op: 'remove', path: '/limits/count' },
      ],
      ['tags', 'limits'],
    );
    const failing = [
      { op: 'remove', path: '/tags/0' },
      { op: 'remove', path: '/note' },
    ];
    expect(() => applyJsonPatch(document, failing, ['tags', 'note'])).toThrow(InvalidPatch);
    expect(document).toEqual(aDocument());
  });

  it('leaves the values of the patch as they were', () => {
    const limits = { count: 5 };
    patched({ op: 'replace', path: '/limits', value: limits }, { op: 'replace', path: '/limits/count', value: 6 });
    expect(limits).toEqual({ count: 5 });
  });

  it.each([
    {
      name: 'a patch that is no array',
      patch: { op: 'add' },
      message: 'expected a JSON patch, an array of operations, got {"op":"add"}',
    },
    { name: 'no patch', patch: undefined, message: 'expected a JSON patch, an array of operations, got nothing' },
    { name: 'an operation that is no object', patch: [1], message: 'patch[0]: expected an operation object, got 1' },
    {
      name: 'an unknown operation',
      patch: [{ op: 'set', path: '/name' }],
      message: 'patch[0].op: expected one of add, remove, replace, move, copy, test, got "set"',
    },
    {
      name: 'a path that is no pointer',
      patch: [{ op: 'remove', path: 'name' }],
      message: 'patch[0].path: expected a JSON pointer such as "/name", got "name"',
    },
    {
      name: 'the whole document as path',
      patch: [{ op: 'replace', path: '', value: {} }],
      message: 'patch[0].path: expected a JSON pointer such as "/name", got ""',
    },
    {
      name: 'a move without a source',
      patch: [{ op: 'move', path: '/name' }],
      message: 'patch[0].from: expected a JSON pointer such as "/name", got nothing',
    },
    {
      name: 'a replacement without a value',
      patch: [{ op: 'replace', path: '/name' }],
      message: 'patch[0].value: expected a value for "replace", got nothing',
    },
    {
      name: 'a removal of nothing',
      patch: [{ op: 'remove', path: '/note' }],
      message: 'patch[0]: remove of /note is not possible: no such path',
    },
    {
      name: 'a removal behind the end',
      patch: [{ op: 'remove', path: '/tags/2' }],
      message: 'patch[0]: remove of /tags/2 is not possible: no such path',
    },
    {
      name: 'a replacement whose parent is absent',
      patch: [{ op: 'replace', path: '/note/a', value: 1 }],
      message: 'patch[0]: replace of /note/a is not possible: no such path',
    },
    {
      name: 'a path through a string',
      patch: [{ op: 'add', path: '/name/x', value: 1 }],
      message: 'patch[0]: add of /name/x is not possible: no such path',
    },
    {
      name: 'a replacement inside a string',
      patch: [{ op: 'replace', path: '/name/0', value: 'x' }],
      message: 'patch[0]: replace of /name/0 is not possible: no such path',
    },
    {
      name: 'a removal inside a string',
      patch: [{ op: 'remove', path: '/name/0' }],
      message: 'patch[0]: remove of /name/0 is not possible: no such path',
    },
    {
      name: 'a removal of the length of an array',
      patch: [{ op: 'remove', path: '/tags/length' }],
      message: 'patch[0]: remove of /tags/length is not possible: no such path',
    },
    {
      name: 'a replacement at a place that is no number',
      patch: [{ op: 'replace', path: '/tags/abc', value: 'x' }],
      message: 'patch[0]: replace of /tags/abc is not possible: no such path',
    },
    {
      name: 'a move from the middle of nowhere',
      patch: [{ op: 'move', from: '/tags/-1', path: '/note' }],
      message: 'patch[0]: move of /note is not possible: no such path',
    },
    {
      name: 'the second operation by its index',
      patch: [
        { op: 'remove', path: '/tags/0' },
        { op: 'copy', from: '/note', path: '/name' },
      ],
      message: 'patch[1]: copy of /name is not possible: no such path',
    },
  ])('refuses $name', ({ patch, message }) => {
    const act = () => applyJsonPatch(aDocument(), patch, ['name', 'tags', 'note']);
    expect(act).toThrow(InvalidPatch);
    expect(act).toThrow(new InvalidPatch(message));
  });

  it.each([
    { name: 'another value', operation: { op: 'test', path: '/name', value: 'Other' } },
    { name: 'a path that is not there', operation: { op: 'test', path: '/note', value: 'x' } },
    { name: 'a member that is unknown', operation: { op: 'test', path: '/unknown', value: 1 } },
  ])('says that a precondition failed when a test finds $name', ({ operation }) => {
    const act = () => patched({ op: 'remove', path: '/tags/0' }, operation);
    expect(act).toThrow(PreconditionFailed);
    expect(act).toThrow(new PreconditionFailed(`patch[1]: test of ${operation.path} failed`));
  });
});
