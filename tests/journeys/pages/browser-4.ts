import { createClient } from '@launchdarkly/js-client-sdk';
import type { PageSession } from '../page-session.ts';
import { readAddress, show } from './session.ts';

/* A page with the official SDK for browsers. */

const { url, id, flag } = readAddress();
const client = createClient(id, { kind: 'user', key: 'kim' }, { baseUri: url, streamUri: url, eventsUri: url });
const session: PageSession = {
  value: undefined,
  identify: async (key) => {
    await client.identify({ kind: 'user', key });
  },
  flush: async () => {
    await client.flush();
  },
};
const update = () => {
  session.value = client.variation(flag, 'none');
  show(session);
};
client.on(`change:${flag}`, update);
await client.start();
update();
