import assert from 'node:assert/strict';
import type { Place } from '../tools.ts';
import { StdioClient } from './stdio-client.ts';

/* What the official MCP server is asked to do with flags; every tool of it that is about what Slipway has. */

interface Flag {
  readonly key: string;
  readonly name: string;
  readonly variations: readonly unknown[];
  readonly environments?: Readonly<Record<string, { readonly on: boolean }>>;
}

const PROJECT = { projectKey: 'default' };
const FLAG = { ...PROJECT, featureFlagKey: 'by-mcp' };
const patch = (...operations: readonly object[]) => ({
  ...FLAG,
  PatchWithComment: { patch: operations, comment: 'MCP' },
});

/** @throws AssertionError, or Error when a tool fails */
export async function tryMcpServer(server: string, { url, token }: Place): Promise<void> {
  const client = new StdioClient(process.execPath, [server, 'start', '--api-key', token, '--server-url', url]);
  try {
    await client.begin();
    await tryFlags(client);
    await tryOthers(client);
  } finally {
    client.end();
  }
}

async function tryFlags(client: StdioClient): Promise<void> {
  const FeatureFlagBody = {
    key: FLAG.featureFlagKey,
    name: 'By MCP',
    tags: ['mcp'],
    variations: [{ value: 'a', name: 'A' }, { value: 'b' }, { value: 'c' }],
    defaults: { onVariation: 1, offVariation: 0 },
  };
  const created = (await client.use('create-feature-flag', { ...PROJECT, FeatureFlagBody })) as Flag;
  assert.equal(created.variations.length, 3);
  const listed = (await client.use('list-feature-flags', { ...PROJECT, summary: false, limit: 5 })) as {
    items: readonly Flag[];
  };
  assert(listed.items.some(({ key }) => key === FLAG.featureFlagKey));
  const tagged = (await client.use('list-feature-flags', { ...PROJECT, tag: 'mcp' })) as { items: readonly Flag[] };
  assert.equal(tagged.items.length, 1);
  const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
  await client.use('update-feature-flag', patch(replace('/environments/test/on', true), replace('/name', 'Renamed')));
  const got = (await client.use('get-feature-flag', { ...FLAG, env: 'test' })) as Flag;
  assert.equal(got.name, 'Renamed');
  assert.equal(got.environments?.['test']?.on, true);
  const status = await client.use('get-flag-status-across-environments', FLAG);
  assert.deepEqual(Object.keys((status as { environments: object }).environments).toSorted(), ['production', 'test']);
  await assert.rejects(client.use('update-feature-flag', patch(replace('/name', 5))), /name/);
  await client.use('delete-feature-flag', FLAG);
  await assert.rejects(client.use('get-feature-flag', FLAG), /unknown flag/);
}

async function tryOthers(client: StdioClient): Promise<void> {
  const environments = (await client.use('get-environments', PROJECT)) as { items: readonly { key: string }[] };
  assert.deepEqual(environments.items.map(({ key }) => key).toSorted(), ['production', 'test']);
  const entries = (await client.use('get-audit-log-entries', { limit: 3 })) as { items: readonly unknown[] };
  assert.equal(entries.items.length, 3);
  const references = (await client.use('get-code-references', {})) as { items: readonly unknown[] };
  assert.deepEqual(references.items, []);
}
