import { createLDReactProvider, useBoolVariation, useLDClient } from '@launchdarkly/react-sdk';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { readAddress, show } from './session.ts';

/* A page with the official SDK for React. */

const { url, id, flag } = readAddress();

function Shown() {
  const client = useLDClient();
  show({
    value: useBoolVariation(flag, false),
    identify: async (key) => {
      await client.identify({ kind: 'user', key });
    },
    flush: async () => {
      await client.flush();
    },
  });
  return null;
}

const ldOptions = { baseUri: url, streamUri: url, eventsUri: url };
const Provider = createLDReactProvider(id, { kind: 'user', key: 'kim' }, { ldOptions });
createRoot(document.createElement('div')).render(createElement(Provider, null, createElement(Shown)));
