/** A state of an environment, which an SDK names to get only what is newer. */
export interface Selector {
  readonly environmentId: string;
  readonly payloadVersion: number;
}

/** Letters, digits, `(`, `:` and `)` only: some SDKs put it into a URL as it is (docs/wire/sdk.md, "Selectors"). */
export function formatSelector({ environmentId, payloadVersion }: Selector): string {
  return `(p:${environmentId}:${payloadVersion})`;
}

/** Reads a selector as an SDK gives it back. @returns undefined when it is none of ours */
export function parseSelector(text: unknown): Selector | undefined {
  const [, environmentId, digits] = (typeof text === 'string' && /^\(p:(\w+):(\d{1,15})\)$/.exec(text)) || [];
  return environmentId && digits ? { environmentId, payloadVersion: Number(digits) } : undefined;
}
