import { createClient, type LDOptions } from '@launchdarkly/js-client-sdk';
import type { PageSession } from '../page-session.ts';
import { readAddress, show } from './session.ts';

/** Shows a flag by the official SDK for browsers, and each change of it. */
export async function showFlag(options: LDOptions = {}): Promise<void> {
  const { url, id, flag } = readAddress();
  const uris = { baseUri: url, streamUri: url, eventsUri: url };
  const client = createClient(id, { kind: 'user', key: 'kim' }, { ...uris, ...options });
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
}
