/** A state of an environment, which an SDK names to get only what is newer. */
export interface Selector {
  readonly environmentId: string;
  readonly payloadVersion: number;
  /** Whose view of it: client-side SDKs have flags evaluated for a context. Letters and digits. */
  readonly view?: string | undefined;
}

/** Letters, digits, `(`, `:` and `)` only: some SDKs put it into a URL as it is (docs/wire/sdk.md, "Selectors"). */
export function formatSelector({ environmentId, payloadVersion, view }: Selector): string {
  return `(p:${environmentId}:${payloadVersion}${view === undefined ? '' : `:${view}`})`;
}

/** Reads a selector as an SDK gives it back. @returns undefined when it is none of ours */
export function parseSelector(text: unknown): Selector | undefined {
  const [, environmentId, digits, view] =
    (typeof text === 'string' && /^\(p:(\w+):(\d{1,15})(?::(\w+))?\)$/.exec(text)) || [];
  return environmentId && digits ? { environmentId, payloadVersion: Number(digits), view } : undefined;
}
