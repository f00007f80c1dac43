import { showFlag } from './browser-sdk.ts';

/* A page with the official SDK for browsers. */

await showFlag();
