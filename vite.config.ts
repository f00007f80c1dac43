import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const OUTPUT = join(import.meta.dirname, 'dist/web');
const COMPRESSIBLE = /\.(css|html|js|svg)$/;

/** Leaves a `.br` and a `.gz` beside each file, so that the service has nothing to compress. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle: async ({ dir = OUTPUT }) => {
      const paths = await readdir(dir, { recursive: true });
      await Promise.all(paths.filter((path) => COMPRESSIBLE.test(path)).map((path) => compress(join(dir, path))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
}

/** The pages of `src/web`, as files with hashed names in `dist/web`. */
export default defineConfig({
  root: join(import.meta.dirname, 'src/web'),
  plugins: [precompress()],
  resolve: { alias: [{ find: /^re2js$/, replacement: join(import.meta.dirname, 'src/web/evaluation/patterns.ts') }] },
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    target: 'baseline-widely-available',
    // Nothing as data: in a page, which the Content-Security-Policy would have to let through.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    // 'use client' in packages is for servers that render pages, which nobody does here.
    rolldownOptions: { checks: { moduleLevelDirective: false, bundlerTimings: false } },
  },
});
