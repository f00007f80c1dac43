import { initialize } from 'launchdarkly-js-client-sdk';
import type { PageSession } from '../page-session.ts';
import { readAddress, show } from './session.ts';

/* A page with the official SDK for browsers of the generation before. */

const { url, id, flag } = readAddress();
const client = initialize(id, { kind: 'user', key: 'kim' }, { baseUrl: url, streamUrl: url, eventsUrl: url });
const session: PageSession = {
  value: undefined,
  identify: async (key) => {
    await client.identify({ kind: 'user', key });
  },
  flush: () => client.flush(),
};
const update = () => {
  session.value = client.variation(flag, 'none');
  show(session);
};
client.on(`change:${flag}`, update);
await client.waitForInitialization(5);
update();
