import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/* When pages are built, and what is left of a build that fails; what is built, tests/rest/web-pages.test.ts has. */

const SCRIPT = join(import.meta.dirname, '../../scripts/ensure-built.mjs');
/** Stands for Vite: writes what it was asked for, or fails where a file says so. */
const VITE = `
  import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
  const folder = process.argv.at(-1);
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + '/index.html', process.env.NODE_ENV + ' ' + process.hrtime.bigint());
  if (existsSync('broken')) process.exit(3);
`;

describe('ensureBuilt', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-built-'));
    for (const path of ['src/web', 'src/wire', 'src/domain', 'node_modules/vite/bin']) {
      mkdirSync(join(folder, path), { recursive: true });
    }
    for (const path of [
      'src/web/main.tsx',
      'src/web/page.tsx',
      'vite.config.ts',
      'package-lock.json',
      'package.json',
    ]) {
      writeFileSync(join(folder, path), '{ "type": "module" }');
    }
    writeFileSync(join(folder, 'node_modules/vite/bin/vite.js'), VITE);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @returns what the pages are afterwards */
  const ensure = () => {
    const code = `import { ensureBuilt, PAGES } from ${JSON.stringify(SCRIPT)}; ensureBuilt(process.execPath, PAGES);`;
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, stdio: 'pipe' });
    return readFileSync(join(folder, 'dist/web/index.html'), 'utf8');
  };

  it('builds for production, once', () => {
    const first = ensure();
    expect(first).toMatch(/^production /);
    expect(ensure()).toBe(first);
    expect(readdirSync(join(folder, 'dist'))).toEqual(['web']);
  });

  it.each([
    ['changed', () => utimesSync(join(folder, 'src/web/main.tsx'), 1, 1)],
    ['new', () => writeFileSync(join(folder, 'src/domain/rule.ts'), '')],
    ['gone', () => rmSync(join(folder, 'src/web/page.tsx'))],
  ])('builds again when a source is %s', (_, change) => {
    const first = ensure();
    change();
    const second = ensure();
    expect(second).not.toBe(first);
    expect(ensure()).toBe(second);
  });

  it('leaves the former pages where a build fails, and tries again', () => {
    const first = ensure();
    writeFileSync(join(folder, 'broken'), '');
    writeFileSync(join(folder, 'src/web/main.tsx'), 'something else');
    expect(ensure).toThrow(/The pages could not be built: vite ended with 3/);
    expect(readFileSync(join(folder, 'dist/web/index.html'), 'utf8')).toBe(first);
    expect(readdirSync(join(folder, 'dist'))).toEqual(['web']);
    rmSync(join(folder, 'broken'));
    expect(ensure()).not.toBe(first);
  });
});
