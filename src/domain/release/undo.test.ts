import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { patched } from '../../../tests/support/builders/patched.ts';
import { changedParts } from './flag-parts.ts';
import type { FlagConfig } from '../flag/flag.ts';
import { planUndo } from './undo.ts';

const before = aConfig({
  fallthrough: { variationId: FALSE_ID },
  rules: [aRule({ serve: { variationId: FALSE_ID } })],
});
const after = aConfig({
  on: true,
  fallthrough: { variationId: TRUE_ID },
  rules: [aRule({ serve: { variationId: TRUE_ID } }), aRule({ id: 'added' })],
});
const changes = changedParts(before, after).map((change) => ({ ...change, environmentId: 'test-id' }));
const flagLike = (config: FlagConfig) => aFlag({ environments: { test: config } });

describe('taking a release back', () => {
  it('restores every part as it was', () => {
    const flag = flagLike(after);
    const { steps, conflicts } = planUndo(flag, changes, ['test-id']);
    expect(conflicts).toEqual([]);
    expect(steps).toHaveLength(1);
    const { on, fallthrough, rules } = patched(flag, steps[0]?.instructions ?? []).config;
    expect({ on, fallthrough, rules }).toEqual({ on: false, fallthrough: before.fallthrough, rules: before.rules });
  });

  it('names parts that are not as the release has left them', () => {
    const flag = flagLike({ ...after, fallthrough: { variationId: 'third' }, rules: [aRule({ id: 'added' })] });
    expect(planUndo(flag, changes, ['test-id']).conflicts).toEqual([
      { environmentKey: 'test', part: 'fallthrough' },
      { environmentKey: 'test', part: 'rule rule-id' },
    ]);
  });

  it('leaves alone what is back already, and environments that are gone', () => {
    expect(planUndo(flagLike(before), changes, ['test-id'])).toEqual({ steps: [], conflicts: [] });
    expect(planUndo(flagLike(after), changes, ['gone-id'])).toEqual({ steps: [], conflicts: [] });
  });

  it('goes through environments in the order that is asked for', () => {
    const flag = aFlag({
      environments: { test: after, production: { ...after, environmentId: 'production-id' } },
    });
    const both = ['test-id', 'production-id'].flatMap((environmentId) =>
      changes.map((change) => ({ ...change, environmentId })),
    );
    const { steps } = planUndo(flag, both, ['production-id', 'test-id']);
    expect(steps.map(({ environmentKey }) => environmentKey)).toEqual(['production', 'test']);
  });
});
