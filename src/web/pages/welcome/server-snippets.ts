import type { FlagValueKind, Sdk } from './snippets.ts';

type ByKind = Readonly<Record<FlagValueKind, string>>;

const SCRIPT_DEFAULT: ByKind = { boolean: 'false', string: "'default'", number: '0', json: '{}' };
const PYTHON_DEFAULT: ByKind = { ...SCRIPT_DEFAULT, boolean: 'False' };
const PHP_DEFAULT: ByKind = { ...SCRIPT_DEFAULT, json: '[]' };
const GO_CALL: ByKind = {
  boolean: 'BoolVariation',
  string: 'StringVariation',
  number: 'Float64Variation',
  json: 'JSONVariation',
};
const GO_DEFAULT: ByKind = { boolean: 'false', string: '"default"', number: '0', json: 'ldvalue.Null()' };
const JAVA_CALL: ByKind = {
  boolean: 'boolVariation',
  string: 'stringVariation',
  number: 'doubleVariation',
  json: 'jsonValueVariation',
};
const JAVA_DEFAULT: ByKind = { boolean: 'false', string: '"default"', number: '0', json: 'LDValue.ofNull()' };
const NET_CALL: ByKind = {
  boolean: 'BoolVariation',
  string: 'StringVariation',
  number: 'DoubleVariation',
  json: 'JsonVariation',
};
const NET_DEFAULT: ByKind = { ...JAVA_DEFAULT, json: 'LdValue.Null' };
const OPENFEATURE_CALL: ByKind = {
  boolean: 'getBooleanValue',
  string: 'getStringValue',
  number: 'getNumberValue',
  json: 'getObjectValue',
};

/** SDKs that hold the rules and are given the SDK key. The options of each are those of README.md. */
export const SERVER_SDKS: readonly Sdk[] = [
  {
    id: 'node',
    name: 'Node.js',
    credential: 'server',
    isSeenBy: 'stream',
    install: 'npm install @launchdarkly/node-server-sdk',
    code: ({ url, sdkKey, flagKey, kind }) => `import { init } from '@launchdarkly/node-server-sdk';

const client = init('${sdkKey}', {
  baseUri: '${url}',
  streamUri: '${url}',
  eventsUri: '${url}',
});
await client.waitForInitialization({ timeout: 10 });

const context = { kind: 'user', key: 'kim' };
const show = async () => {
  const value = await client.variation('${flagKey}', context, ${SCRIPT_DEFAULT[kind]});
  console.log('${flagKey}:', value);
};
await show();
client.on('update:${flagKey}', show);`,
  },
  {
    id: 'python',
    name: 'Python',
    credential: 'server',
    isSeenBy: 'stream',
    install: 'pip install launchdarkly-server-sdk',
    code: ({ url, sdkKey, flagKey, kind }) => `import ldclient
from ldclient import Context
from ldclient.config import Config

ldclient.set_config(Config(
    "${sdkKey}",
    base_uri="${url}",
    stream_uri="${url}",
    events_uri="${url}",
))
client = ldclient.get()

context = Context.builder("kim").build()
print("${flagKey}:", client.variation("${flagKey}", context, ${PYTHON_DEFAULT[kind]}))
input("Press Enter to stop")
client.close()`,
  },
  {
    id: 'go',
    name: 'Go',
    credential: 'server',
    isSeenBy: 'stream',
    install: 'go get github.com/launchdarkly/go-server-sdk/v7',
    code: ({ url, sdkKey, flagKey, kind }) => `package main

import (
	"fmt"
	"log"
	"time"

	"github.com/launchdarkly/go-sdk-common/v3/ldcontext"${kind === 'json' ? '\n\t"github.com/launchdarkly/go-sdk-common/v3/ldvalue"' : ''}
	ld "github.com/launchdarkly/go-server-sdk/v7"
	"github.com/launchdarkly/go-server-sdk/v7/interfaces"
)

func main() {
	url := "${url}"
	client, err := ld.MakeCustomClient("${sdkKey}", ld.Config{
		ServiceEndpoints: interfaces.ServiceEndpoints{Streaming: url, Polling: url, Events: url},
	}, 10*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	value, _ := client.${GO_CALL[kind]}("${flagKey}", ldcontext.New("kim"), ${GO_DEFAULT[kind]})
	fmt.Println("${flagKey}:", value)
	select {} // goes on until it is stopped
}`,
  },
  {
    id: 'java',
    name: 'Java',
    credential: 'server',
    isSeenBy: 'stream',
    install: 'implementation("com.launchdarkly:launchdarkly-java-server-sdk:7.+")',
    code: ({ url, sdkKey, flagKey, kind }) => `import com.launchdarkly.sdk.*;
import com.launchdarkly.sdk.server.*;

public class Main {
  public static void main(String[] arguments) throws Exception {
    String url = "${url}";
    LDConfig config = new LDConfig.Builder()
        .serviceEndpoints(Components.serviceEndpoints().streaming(url).polling(url).events(url))
        .build();
    LDClient client = new LDClient("${sdkKey}", config);

    LDContext context = LDContext.create("kim");
    System.out.println("${flagKey}: " + client.${JAVA_CALL[kind]}("${flagKey}", context, ${JAVA_DEFAULT[kind]}));
    Thread.currentThread().join(); // goes on until it is stopped
  }
}`,
  },
  {
    id: 'dotnet',
    name: '.NET',
    credential: 'server',
    isSeenBy: 'stream',
    install: 'dotnet add package LaunchDarkly.ServerSdk',
    code: ({ url, sdkKey, flagKey, kind }) => `using LaunchDarkly.Sdk;
using LaunchDarkly.Sdk.Server;

var url = "${url}";
var config = Configuration.Builder("${sdkKey}")
    .ServiceEndpoints(Components.ServiceEndpoints().Streaming(url).Polling(url).Events(url))
    .Build();
using var client = new LdClient(config);

var context = Context.New("kim");
Console.WriteLine($"${flagKey}: {client.${NET_CALL[kind]}("${flagKey}", context, ${NET_DEFAULT[kind]})}");
Console.ReadLine(); // goes on until Enter is pressed`,
  },
  {
    id: 'php',
    name: 'PHP',
    credential: 'server',
    isSeenBy: 'evaluations',
    install: 'composer require launchdarkly/server-sdk guzzlehttp/guzzle',
    code: ({ url, sdkKey, flagKey, kind }) => `<?php
require 'vendor/autoload.php';

$client = new LaunchDarkly\\LDClient('${sdkKey}', [
    'base_uri' => '${url}',
    'events_uri' => '${url}',
]);

$context = LaunchDarkly\\LDContext::create('kim');
echo '${flagKey}: ', json_encode($client->variation('${flagKey}', $context, ${PHP_DEFAULT[kind]})), PHP_EOL;
$client->flush();`,
  },
  {
    id: 'ruby',
    name: 'Ruby',
    credential: 'server',
    isSeenBy: 'stream',
    install: 'gem install launchdarkly-server-sdk',
    code: ({ url, sdkKey, flagKey, kind }) => `require 'ldclient-rb'

config = LaunchDarkly::Config.new(
  base_uri: '${url}',
  stream_uri: '${url}',
  events_uri: '${url}'
)
client = LaunchDarkly::LDClient.new('${sdkKey}', config)

context = LaunchDarkly::LDContext.create({ key: 'kim', kind: 'user' })
puts "${flagKey}: #{client.variation('${flagKey}', context, ${SCRIPT_DEFAULT[kind]})}"
gets # goes on until Enter is pressed
client.close`,
  },
  {
    id: 'openfeature',
    name: 'OpenFeature',
    credential: 'server',
    isSeenBy: 'nothing',
    install: 'npm install @openfeature/server-sdk @openfeature/core @openfeature/ofrep-provider',
    code: ({ url, sdkKey, flagKey, kind }) => `import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

await OpenFeature.setProviderAndWait(
  new OFREPProvider({
    baseUrl: '${url}',
    headers: [['Authorization', 'Bearer ${sdkKey}']],
  }),
);

const client = OpenFeature.getClient();
const context = { targetingKey: 'kim' };
console.log('${flagKey}:', await client.${OPENFEATURE_CALL[kind]}('${flagKey}', ${SCRIPT_DEFAULT[kind]}, context));`,
  },
];
