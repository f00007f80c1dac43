import { describe, expect, it } from 'vitest';
import { parsePatch, parseJsonPatch, parseSemanticPatch } from './patch-body.ts';

const SEMANTIC = 'application/json; domain-model=launchdarkly.semanticpatch';

describe('parsePatch', () => {
  it.each([
    SEMANTIC,
    'application/json;domain-model=launchdarkly.semanticpatch',
    'application/json; charset=utf-8; domain-model="launchdarkly.semanticpatch"',
    'Application/JSON; Domain-Model=LaunchDarkly.SemanticPatch',
  ])('takes instructions announced by %s', (contentType) => {
    const body = { comment: 'why', environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] };
    expect(parsePatch(contentType, body)).toEqual({
      patch: { format: 'semantic', environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] },
      comment: 'why',
    });
  });

  it.each([undefined, 'application/json', 'text/plain'])('refuses instructions announced by %s', (contentType) => {
    expect(() => parsePatch(contentType, { instructions: [] })).toThrow(/^Content-Type: expected /);
  });

  const operations = [{ op: 'test', path: '/name', value: 'x' }];
  it.each([
    ['a bare array', 'application/json', operations, { format: 'json', operations }, undefined],
    ['patch and comment', 'application/json', { patch: operations, comment: 'c' }, { format: 'json', operations }, 'c'],
    [
      'the media type of JSON patches',
      'application/json-patch+json',
      operations,
      { format: 'json', operations },
      undefined,
    ],
    ['a bare object', 'application/json', { name: 'x' }, { format: 'merge', merge: { name: 'x' } }, undefined],
    [
      'merge and comment',
      undefined,
      { merge: { name: 'x' }, comment: 'c' },
      { format: 'merge', merge: { name: 'x' } },
      'c',
    ],
    [
      'a bare object with a comment',
      undefined,
      { name: 'x', comment: 'c' },
      { format: 'merge', merge: { name: 'x' } },
      'c',
    ],
    [
      'the media type of merge patches',
      'application/merge-patch+json',
      { patch: [], name: 'x' },
      { format: 'merge', merge: { patch: [], name: 'x' } },
      undefined,
    ],
  ])('knows the format by %s', (_, contentType, body, patch, comment) => {
    expect(parsePatch(contentType, body)).toEqual({ patch, comment });
  });

  it.each([
    [[], 'body: expected an object, got []'],
    [{ patch: [] }, 'instructions: expected an array, got nothing'],
    [{ instructions: {} }, 'instructions: expected an array, got {}'],
    [{ instructions: [], environmentKey: 1 }, 'environmentKey: expected a string, got 1'],
    [{ instructions: [], comment: 1 }, 'comment: expected a string, got 1'],
  ])('refuses %j announced as semantic', (body, message) => {
    expect(() => parsePatch(SEMANTIC, body)).toThrow(message);
  });

  it.each([[null], ['text'], [1]])('refuses the body %j', (body) => {
    expect(() => parsePatch('application/json', body)).toThrow('body: expected an object');
  });
});

describe('parseSemanticPatch', () => {
  it('needs no announcement where only instructions are possible', () => {
    expect(parseSemanticPatch({ instructions: [] }).patch).toEqual({ instructions: [], environmentKey: undefined });
  });
});

describe('parseJsonPatch', () => {
  it('takes an array as it is or under patch, and leaves all else to be refused', () => {
    expect(parseJsonPatch([1])).toEqual([1]);
    expect(parseJsonPatch({ comment: 'why', patch: [1] })).toEqual([1]);
    expect(parseJsonPatch({ name: 'x' })).toEqual({ name: 'x' });
  });
});
