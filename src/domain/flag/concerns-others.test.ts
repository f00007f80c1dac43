import { describe, expect, it } from 'vitest';
import { concernsOthers } from './concerns-others.ts';
import { FAMILIES } from './families.ts';

const json = (path: string, value?: unknown) => ({
  format: 'json' as const,
  operations: [{ op: 'replace', path, value }],
});

describe('a patch', () => {
  it('concerns others by the kinds of its instructions', () => {
    const kinds = FAMILIES.flatMap(({ instructions }) => instructions).map(({ kind }) => kind);
    const concerned = kinds.filter((kind) =>
      concernsOthers({ format: 'semantic', instructions: [{ kind: 'turnFlagOn' }, { kind }] }),
    );
    expect(concerned.toSorted()).toEqual([
      'addPrerequisite',
      'addVariation',
      'archiveFlag',
      'deleteFlag',
      'removePrerequisite',
      'removeVariation',
      'replacePrerequisites',
      'restoreFlag',
      'updatePrerequisite',
    ]);
  });

  it.each([
    json('/variations'),
    json('/variations/0/value'),
    json('/archived'),
    json('/releasePipelineKey'),
    json('/environments'),
    json('/environments/test'),
    json('/environments/test/prerequisites/0'),
    { format: 'json' as const, operations: [{ op: 'move', from: '/variations/0', path: '/variations/1' }] },
    { format: 'merge' as const, merge: { archived: true } },
    { format: 'merge' as const, merge: { releasePipelineKey: null } },
    { format: 'merge' as const, merge: { environments: { test: { prerequisites: [] } } } },
  ])('concerns others as %j', (patch) => {
    expect(concernsOthers(patch)).toBe(true);
  });

  it.each([
    json('/name', 'x'),
    json('/environments/test/on', true),
    json('/environments/test/fallthrough', { variation: 1 }),
    { format: 'merge' as const, merge: { name: 'x', environments: { test: { on: true } } } },
    { format: 'json' as const, operations: 'nonsense' },
    { format: 'semantic' as const, instructions: [null, 'x', {}] },
  ])('concerns nobody else as %j', (patch) => {
    expect(concernsOthers(patch)).toBe(false);
  });
});
