import { showFlag } from './browser-sdk.ts';

/* A page with the official SDK for browsers, in the second generation of the protocol. */

await showFlag({ dataSystem: {} });
