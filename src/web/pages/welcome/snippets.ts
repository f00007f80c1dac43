import { CLIENT_SDKS } from './client-snippets.ts';
import { SERVER_SDKS } from './server-snippets.ts';

export type FlagValueKind = 'boolean' | 'string' | 'number' | 'json';

/** What a snippet is written for. */
export interface SnippetPlace {
  /** The address of this service. */
  readonly url: string;
  readonly sdkKey: string;
  readonly mobileKey: string;
  readonly clientSideId: string;
  readonly flagKey: string;
  readonly kind: FlagValueKind;
}

/** A way to ask for flags in some language. */
export interface Sdk {
  readonly id: string;
  readonly name: string;
  /** Which key it has: what opens for that key is what it sees. */
  readonly credential: 'server' | 'browser' | 'mobile';
  /** How the service notices it: by its stream, by what it tells of evaluations, or not at all. */
  readonly isSeenBy: 'stream' | 'evaluations' | 'nothing';
  readonly install: string;
  readonly code: (place: SnippetPlace) => string;
}

/** In the order in which they are offered. */
export const SDKS: readonly Sdk[] = [...SERVER_SDKS, ...CLIENT_SDKS];

/** What an SDK serves for a flag with such a value. */
export function valueKind(value: unknown): FlagValueKind {
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') {
    return typeof value as FlagValueKind;
  }
  return 'json';
}
