/* Headers that requests of tests have again and again. */

export const SEMANTIC = { 'content-type': 'application/json; domain-model=launchdarkly.semanticpatch' };
export const BETA = { 'ld-api-version': 'beta' };
