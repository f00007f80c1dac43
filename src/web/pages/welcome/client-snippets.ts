import type { FlagValueKind, Sdk } from './snippets.ts';

type ByKind = Readonly<Record<FlagValueKind, string>>;

const SCRIPT_DEFAULT: ByKind = { boolean: 'false', string: "'default'", number: '0', json: '{}' };
const HOOK: ByKind = {
  boolean: 'useBoolVariation',
  string: 'useStringVariation',
  number: 'useNumberVariation',
  json: 'useJsonVariation',
};
const SWIFT_CALL: ByKind = {
  boolean: 'boolVariation',
  string: 'stringVariation',
  number: 'doubleVariation',
  json: 'jsonVariation',
};
const SWIFT_DEFAULT: ByKind = { boolean: 'false', string: '"default"', number: '0', json: '.null' };
const KOTLIN_CALL: ByKind = { ...SWIFT_CALL, json: 'jsonValueVariation' };
const KOTLIN_DEFAULT: ByKind = { ...SWIFT_DEFAULT, number: '0.0', json: 'LDValue.ofNull()' };

/** SDKs that get values which the service has evaluated for them. The options of each are those of README.md. */
export const CLIENT_SDKS: readonly Sdk[] = [
  {
    id: 'javascript',
    name: 'JavaScript',
    credential: 'browser',
    isSeenBy: 'stream',
    install: 'npm install @launchdarkly/js-client-sdk',
    code: ({ url, clientSideId, flagKey, kind }) => `import { createClient } from '@launchdarkly/js-client-sdk';

const context = { kind: 'user', key: 'kim' };
const client = createClient('${clientSideId}', context, {
  baseUri: '${url}',
  streamUri: '${url}',
  eventsUri: '${url}',
});
await client.start();

const show = () => console.log('${flagKey}:', client.variation('${flagKey}', ${SCRIPT_DEFAULT[kind]}));
show();
client.on('change:${flagKey}', show);`,
  },
  {
    id: 'react',
    name: 'React',
    credential: 'browser',
    isSeenBy: 'stream',
    install: 'npm install @launchdarkly/react-sdk',
    code: ({
      url,
      clientSideId,
      flagKey,
      kind,
    }) => `import { createLDReactProvider, ${HOOK[kind]} } from '@launchdarkly/react-sdk';
import { createRoot } from 'react-dom/client';

const Provider = createLDReactProvider('${clientSideId}', { kind: 'user', key: 'kim' }, {
  ldOptions: {
    baseUri: '${url}',
    streamUri: '${url}',
    eventsUri: '${url}',
  },
});

function Shown() {
  const value = ${HOOK[kind]}('${flagKey}', ${SCRIPT_DEFAULT[kind]});
  return <p>${flagKey}: {JSON.stringify(value)}</p>;
}

createRoot(document.getElementById('root')).render(<Provider><Shown /></Provider>);`,
  },
  {
    id: 'ios',
    name: 'iOS',
    credential: 'mobile',
    isSeenBy: 'stream',
    install: 'https://github.com/launchdarkly/ios-client-sdk.git',
    code: ({ url, mobileKey, flagKey, kind }) => `import LaunchDarkly

var config = LDConfig(mobileKey: "${mobileKey}", autoEnvAttributes: .disabled)
config.baseUrl = URL(string: "${url}")!
config.streamUrl = URL(string: "${url}")!
config.eventsUrl = URL(string: "${url}")!

let context = try LDContextBuilder(key: "kim").build().get()
LDClient.start(config: config, context: context, startWaitSeconds: 5) { _ in
    let value = LDClient.get()!.${SWIFT_CALL[kind]}(forKey: "${flagKey}", defaultValue: ${SWIFT_DEFAULT[kind]})
    print("${flagKey}:", value)
}`,
  },
  {
    id: 'android',
    name: 'Android',
    credential: 'mobile',
    isSeenBy: 'stream',
    install: 'implementation("com.launchdarkly:launchdarkly-android-client-sdk:5.+")',
    code: ({ url, mobileKey, flagKey, kind }) => `import com.launchdarkly.sdk.*
import com.launchdarkly.sdk.android.*

val url = "${url}"
val config = LDConfig.Builder(LDConfig.Builder.AutoEnvAttributes.Disabled)
    .mobileKey("${mobileKey}")
    .serviceEndpoints(Components.serviceEndpoints().streaming(url).polling(url).events(url))
    .build()

val client = LDClient.init(application, config, LDContext.create("kim"), 5)
println("${flagKey}: " + client.${KOTLIN_CALL[kind]}("${flagKey}", ${KOTLIN_DEFAULT[kind]}))`,
  },
];
