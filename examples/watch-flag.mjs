// Prints the value of a flag whenever it changes, with the official SDK for Node.
import { init } from '@launchdarkly/node-server-sdk';

const slipway = process.env.SLIPWAY_URL ?? 'http://127.0.0.1:4300';
const flagKey = process.argv[2] ?? 'new-checkout';
const context = { kind: 'user', key: 'kim' };

const client = init(process.env.SLIPWAY_SDK_KEY, { baseUri: slipway, streamUri: slipway, eventsUri: slipway });
await client.waitForInitialization({ timeout: 10 });

let last;
async function print() {
  const value = await client.variation(flagKey, context, false);
  if (value !== last) console.log(`${flagKey}: ${value}`);
  last = value;
}

await print();
client.on(`update:${flagKey}`, () => void print());
