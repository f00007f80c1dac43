/** What a span says of itself. Never a key, a token or an address with one. */
export type Attributes = Readonly<Record<string, string | number>>;

/** Takes note of what is done, and of what it is done for. */
export interface Tracer {
  /** Does something in a span of its own, even when it is part of nothing else. */
  root<T>(name: string, attributes: Attributes, body: () => Promise<T>): Promise<T>;
  /** Does something in a span, when it is part of something that has one. */
  part<T>(name: string, attributes: Attributes, body: () => Promise<T>): Promise<T>;
  /** Tells of a part that is over now. @param error why it failed; undefined when it did not */
  past(name: string, attributes: Attributes, durationMs: number, error: unknown): void;
  /** Begins the span of a request that has come in. @returns undefined when nobody collects */
  request(name: string, attributes: Attributes, parent: TraceParent | undefined): RequestSpan | undefined;
  /** Hands over what is not yet with the collector, but does not wait for ever. */
  stop(): Promise<void>;
}

/** Who has sent a request, by its header `traceparent`. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

/** A request that is being answered. */
export interface RequestSpan {
  readonly traceId: string;
  /** Runs something, and all that follows from it, as part of the request. */
  run(body: () => void): void;
  end(status: number): void;
}

/** What there is while nobody collects traces. */
export const NO_TRACER: Tracer = {
  root: (_name, _attributes, body) => body(),
  part: (_name, _attributes, body) => body(),
  past: () => undefined,
  request: () => undefined,
  stop: async () => undefined,
};
