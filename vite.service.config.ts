import { defineConfig } from 'vite';

/**
 * The service and all it stands on, in a few files that Node need not look for: read one by one, two thousand modules
 * take longer and more memory (docs/decisions/0015-one-bundle.md). It lies beside `src`, so that what code finds by its
 * own place is found from here, too.
 */
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: 'src/main.ts',
    outDir: 'build',
    emptyOutDir: true,
    target: 'node24',
    reportCompressedSize: false,
    rolldownOptions: {
      // Kysely's and pg's own choice, which is not installed.
      external: ['pg-native'],
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        // Names and lines stay, for stacks in logs; one letter beyond ASCII would double the memory of the whole text.
        comments: false,
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
      },
      checks: { bundlerTimings: false },
    },
  },
});
