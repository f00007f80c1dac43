import { type ApiClient, ApiError, apiPath, type ApiRequest } from '../api-client.ts';

/** What is behind a path, or nothing when there is nothing. @throws ApiError for other answers */
export async function find<Answer>(
  client: ApiClient,
  path: string,
  query: ApiRequest['query'] = {},
): Promise<Answer | undefined> {
  try {
    return await client.send<Answer>(path, { query });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** All items of a list that counts them and has no links. */
export async function listCounted<Item>(client: ApiClient, path: string): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (;;) {
    const query = { limit: 100, offset: all.length };
    const { items, totalCount } = await client.send<{ items: readonly Item[]; totalCount?: number }>(path, { query });
    all.push(...items);
    if (items.length === 0 || all.length >= (totalCount ?? 0)) return all;
  }
}

/** The keys of all flags of a project, archived ones too. */
export async function listFlagKeys(client: ApiClient, projectKey: string): Promise<readonly string[]> {
  const keys = new Set<string>();
  for (const filter of [undefined, 'state:deprecated', 'state:archived']) {
    const flags = client.list<{ key: string }>(apiPath('flags', projectKey), { limit: 100, summary: true, filter });
    for await (const { key } of flags) keys.add(key);
  }
  return [...keys];
}

/** Runs something for every item, a few at a time; the results are in the order of the items. */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  most: number,
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = Array.from<Result>({ length: items.length });
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

/** Items so that each comes after those it needs. Among themselves they keep their order; circles are cut anywhere. */
export function inOrderOfNeed<Item extends { readonly key: string }>(
  items: readonly Item[],
  needs: (item: Item) => readonly string[],
): readonly Item[] {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const ordered = new Set<Item>();
  const begun = new Set<Item>();
  const add = (item: Item | undefined) => {
    if (!item || begun.has(item)) return;
    begun.add(item);
    for (const key of needs(item)) add(byKey.get(key));
    ordered.add(item);
  };
  for (const item of items) add(item);
  return [...ordered];
}
