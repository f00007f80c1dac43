import { describe, expect, it } from 'vitest';
import { parseJsonPatch, parseSemanticPatch } from './patch-body.ts';

const body = { environmentKey: 'test', comment: 'why', instructions: [{ kind: 'turnFlagOn' }] };

describe('parseSemanticPatch', () => {
  it.each([
    'application/json; domain-model=launchdarkly.semanticpatch',
    'application/json;domain-model=launchdarkly.semanticpatch',
    'application/json; charset=utf-8; domain-model="launchdarkly.semanticpatch"',
    'Application/JSON; Domain-Model=LaunchDarkly.SemanticPatch',
  ])('reads a body announced as %s', (contentType) => {
    expect(parseSemanticPatch(contentType, body)).toEqual({
      patch: { instructions: body.instructions, environmentKey: 'test' },
      comment: 'why',
    });
  });

  it.each([undefined, 'application/json', 'application/json; domain-model=other'])(
    'refuses one announced as %s',
    (contentType) => {
      expect(() => parseSemanticPatch(contentType, body)).toThrow(/^Content-Type: expected /);
    },
  );

  it.each([
    ['an array', [{ op: 'replace' }], 'body: expected an object, got [{"op":"replace"}]'],
    ['no instructions', {}, 'instructions: expected an array, got nothing'],
    ['a comment that is no text', { ...body, comment: 5 }, 'comment: expected a string, got 5'],
  ])('refuses %s', (_name, bad, message) => {
    expect(() => parseSemanticPatch('application/json; domain-model=launchdarkly.semanticpatch', bad)).toThrow(message);
  });
});

describe('parseJsonPatch', () => {
  it('takes a bare array, and the array of an object with patch', () => {
    expect(parseJsonPatch([1])).toEqual([1]);
    expect(parseJsonPatch({ comment: 'why', patch: [1] })).toEqual([1]);
    expect(parseJsonPatch({ name: 'x' })).toEqual({ name: 'x' });
  });
});
