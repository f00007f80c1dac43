import type { EncodedChange, EncodedState } from './encodings.ts';
import type { EnvironmentFeed } from './environment-feed.ts';
import type { Beginning } from './streams.ts';
import { encodeFrames, goodbye } from './transfer.ts';

/** What a generation of the protocol writes on a stream. */
export interface StreamProtocol {
  /** What a connection begins with. */
  first(state: EncodedState): Buffer;
  /** What each change is. */
  next(change: EncodedChange): readonly Buffer[];
  /** What is said before the server ends it. */
  readonly last?: (reason: string) => Buffer;
}

/** A stream that follows a feed in the words of a protocol. */
export function follow(feed: EnvironmentFeed, protocol: StreamProtocol): Beginning {
  return {
    kind: 'server',
    begin: (stream) =>
      feed.subscribe({
        begin: (state) => {
          stream.send(protocol.first(state));
          stream.reached(state.payloadVersion);
        },
        change: (change) => {
          for (const frame of protocol.next(change)) stream.send(frame);
          stream.reached(change.payloadVersion);
        },
        send: (frame) => stream.send(frame),
        end: (reason) => stream.end(reason),
      }),
    farewell: protocol.last,
  };
}

/** `/all`: everything, then item by item. */
export const FIRST_PROTOCOL: StreamProtocol = {
  first: (state) => state.put(),
  next: (change) => change.itemFrames(),
};

/** `/flags`, which SDKs ask for that are older than segments: flags alone. */
export const FLAGS_PROTOCOL: StreamProtocol = {
  first: (state) => state.flagsPut(),
  next: (change) => change.flagFrames(),
};

/** `/sdk/stream`: what is newer than the payload version that the SDK has, then change by change. */
export function secondProtocol(basis: number | undefined): StreamProtocol {
  return {
    first: (state) => state.transferFrom(basis).frames(),
    next: (change) => [change.update()],
    last: (reason) => Buffer.from(encodeFrames([goodbye(reason)])),
  };
}
