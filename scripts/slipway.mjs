#!/usr/bin/env node
// @ts-check
/** The command `slipway`, from a checkout: `npm link` puts it on the PATH. */
process.argv.splice(2, 0, 'slipway');
await import('./run.mjs');
