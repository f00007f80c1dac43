import type { EncodedChange, EncodedState } from './encodings.ts';
import { encodeFrames, goodbye } from './transfer.ts';

/** What a generation of the protocol writes on a stream. */
export interface StreamProtocol {
  /** What a connection begins with. */
  first(state: EncodedState): Buffer;
  /** What each change is. */
  next(change: EncodedChange): readonly Buffer[];
  /** What is said before the server ends it. */
  last?(reason: string): Buffer;
}

/** `/all`: everything, then item by item. */
export const FIRST_PROTOCOL: StreamProtocol = {
  first: (state) => state.put(),
  next: (change) => change.itemFrames(),
};

/** `/sdk/stream`: what is newer than the payload version that the SDK has, then change by change. */
export function secondProtocol(basis: number | undefined): StreamProtocol {
  return {
    first: (state) => state.transferFrom(basis).frames(),
    next: (change) => [change.update()],
    last: (reason) => Buffer.from(encodeFrames([goodbye(reason)])),
  };
}
