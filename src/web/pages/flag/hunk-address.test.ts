import { expect, it } from 'vitest';
import { hunkAddress } from './hunk-address.ts';

const place = { sha: 'a1', filePath: 'src/a b/c.ts', lineNumber: 7 };

it('fills the template of a repository in', () => {
  expect(hunkAddress('https://x.example/${sha}/${filePath}#L${lineNumber}', place)).toBe(
    'https://x.example/a1/src/a%20b/c.ts#L7',
  );
  expect(hunkAddress('https://x.example/${other}', place)).toBe('https://x.example/${other}');
  expect(hunkAddress('', place)).toBeUndefined();
  expect(hunkAddress(undefined, place)).toBeUndefined();
});
