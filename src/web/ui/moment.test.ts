import { describe, expect, it } from 'vitest';
import { fromField, toField } from './moment.ts';

describe('a field for a moment', () => {
  it.each([Date.UTC(2026, 0, 5, 9, 30), Date.UTC(2026, 6, 5, 23, 59)])('gives back what it was given, %d', (at) => {
    expect(toField(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
    expect(fromField(toField(at))).toBe(at);
  });

  it('has nothing where there is no moment', () => {
    expect(toField(undefined)).toBe('');
    expect(fromField('')).toBeUndefined();
    expect(fromField('2026-13-01T00:00')).toBeUndefined();
  });
});
