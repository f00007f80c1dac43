import type { RE2JS as Engine } from 're2js';

/**
 * In place of the package `re2js`, which domain code imports (see `vite.config.ts`): it is a sixth of the script of a
 * flag's page, and few flags have a pattern, so that it is read when one has.
 */
let engine: typeof Engine | undefined;

/** What domain code asks for. @public */
export const RE2JS = {
  /** @throws Error before `loadPatterns` is done, and for what is no pattern */
  compile: (pattern: string) => {
    if (!engine) throw new Error('patterns are not loaded');
    return engine.compile(pattern);
  },
};

/** Reads what patterns need. Nothing with patterns in it can be evaluated before. */
export async function loadPatterns(): Promise<true> {
  engine ??= (await import('../../../node_modules/re2js/build/index.js')).RE2JS;
  return true;
}
