import type { EnvironmentFeed } from './environment-feed.ts';
import { parseSelector } from './selector.ts';

/**
 * The payload version that an SDK says it has, once the feed is there, too: another process may have been faster.
 * @param text the selector that it gives back
 * @param view whose view of the environment it is asking for; undefined for all of it
 * @returns undefined when what it has is not of this environment, or not of this view
 */
export async function reachBasis(
  feed: EnvironmentFeed,
  text: unknown,
  view: string | undefined,
): Promise<number | undefined> {
  const selector = parseSelector(text);
  if (selector?.environmentId !== feed.environmentId || selector.view !== view) return undefined;
  await feed.follow(selector.payloadVersion);
  return selector.payloadVersion;
}
