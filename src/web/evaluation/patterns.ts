/**
 * In place of the package `re2js`, which domain code imports (see `vite.config.ts`): it is a sixth of the script of a
 * flag's page, and few flags have a pattern, so that it is read when one has.
 */
let engine: typeof import('re2js') | undefined;

export const RE2JS = {
  /** @throws Error before `loadPatterns` is done, and for what is no pattern */
  compile: (pattern: string) => {
    if (!engine) throw new Error('patterns are not loaded');
    return engine.RE2JS.compile(pattern);
  },
};

/** Reads what patterns need. Nothing with patterns in it can be evaluated before. */
export async function loadPatterns(): Promise<true> {
  engine ??= await import('../../../node_modules/re2js/build/index.js');
  return true;
}
