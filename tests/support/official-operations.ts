import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OFFICIAL_ANSWERS } from './official-answers.ts';

/** An operation of the official API, as its client sends it. */
export interface OfficialOperation {
  /** `Segments`, `Teams (beta)`. */
  readonly group: string;
  readonly method: string;
  /** With `{}` for what varies, below `/api/v2`. */
  readonly path: string;
  readonly name: string;
}

const GROUP = /^const (\w+)ApiAxiosParamCreator/;
const NAME = /^ {8}(\w+): \(/;
const PATH = /const localVarPath = `(?:\/api\/v2)?([^`]*)`/;
const METHOD = /\{ method: '([A-Z]+)' \}/;

/** All operations that the official API client can send, read from its code. */
export function officialOperations(): readonly OfficialOperation[] {
  const client = createRequire(import.meta.url).resolve('launchdarkly-api-typescript');
  const operations: OfficialOperation[] = [];
  let [group, name, path] = ['', '', ''];
  for (const line of readFileSync(join(dirname(client), 'api.js'), 'utf8').split('\n')) {
    group = GROUP.exec(line)?.[1] ?? group;
    name = NAME.exec(line)?.[1] ?? name;
    path = PATH.exec(line)?.[1]?.replaceAll(/\{[^}]+\}/g, '{}') ?? path;
    const method = METHOD.exec(line)?.[1];
    if (method !== undefined) operations.push({ group: groupName(group), method, path: path || '/', name });
  }
  return operations;
}

function groupName(word: string): string {
  const words = word.replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return words.endsWith(' Beta') ? `${words.slice(0, -' Beta'.length)} (beta)` : words;
}

/** Not one of the routes whose answers are checked against the official types: it has none. */
const UNTYPED = new Set(['GET /openapi.json']);

const isThere = ({ method, path }: OfficialOperation) =>
  Object.hasOwn(OFFICIAL_ANSWERS, `${method} ${path}`) || UNTYPED.has(`${method} ${path}`);

/** Why groups, or single operations of others, are not there. */
const REASONS: Readonly<Record<string, string>> = {
  'AIConfigs (beta)': 'Not planned: AI configurations are another product',
  'Account Usage (beta)': 'Not planned: nobody is billed',
  Announcements: 'Not planned: about the hosted service',
  'Data Export Destinations': 'Not planned',
  Experiments: 'Not planned: experiments are another product',
  'Flag Import Configurations (beta)': 'Not planned: about other vendors',
  'Holdouts (beta)': 'Not planned: experiments are another product',
  'Insights Charts (beta)': 'Not planned',
  'Insights Deployments (beta)': 'Not planned',
  'Insights Flag Events (beta)': 'Not planned',
  'Insights Pull Requests (beta)': 'Not planned',
  'Insights Repositories (beta)': 'Not planned',
  'Insights Scores (beta)': 'Not planned',
  'Integration Audit Log Subscriptions': 'Not planned: webhooks tell of changes',
  'Integration Delivery Configurations (beta)': 'Not planned: the relay proxy serves other stores',
  'Integrations (beta)': 'Not planned: webhooks tell of changes',
  Layers: 'Not planned: experiments are another product',
  OAuth2Clients: 'Not planned: access tokens do it',
  'Persistent Store Integrations (beta)': 'Not planned: the relay proxy serves other stores',
  'User Settings': 'Not planned: the older form of context settings and contexts',
  Users: 'Not planned: the older form of contexts',
  'Users (beta)': 'Not planned: the older form of contexts',
  'Workflow Templates': 'Not planned: in maintenance mode there',
  getIps: 'Not planned: about the hosted service',
};

const NOT_YET = 'Not yet';

/** Begins the part of the page of endpoints that is made here; it goes on to the end. */
export const OPERATIONS_HEADING = '## Official operations';

/** The tables of the official operations, in Markdown. */
export function operationsTables(): string {
  const operations = officialOperations();
  const groups = [...Map.groupBy(operations, ({ group }) => group)].toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  );
  const done = operations.filter(isThere).length;
  const tables = groups.map(([group, members]) => {
    const lines = members.map((operation) => {
      const state = isThere(operation) ? 'Done' : (REASONS[operation.name] ?? REASONS[group] ?? NOT_YET);
      return `| ${operation.method} | \`${operation.path}\` | ${operation.name} | ${state} |`;
    });
    return `### ${group}\n\n| Method | Path | Operation | State |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`;
  });
  return `${OPERATIONS_HEADING}

Every operation that the official API client can send, and whether Slipway has it: ${done} of ${operations.length}. Missing ones answer 404, or
405 where the path has other methods. Paths are below \`/api/v2\`; \`{}\` stands for what varies. These tables are made by a
test (\`npm test -- tests/contract/official-operations.test.ts -u\`); a run without \`-u\` fails when they are not true.

${tables.join('\n')}`;
}
