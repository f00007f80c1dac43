/** One event of a server-sent stream, or a comment. */
export type StreamEvent = { readonly event: string; readonly data: unknown } | { readonly comment: string };

/** Reads a stream of an SDK event by event. */
export interface StreamReader {
  readonly status: number;
  readonly headers: Headers;
  /** The next event; undefined when the server has ended the stream. */
  next(): Promise<StreamEvent | undefined>;
  close(): void;
}

/** Opens a stream; with a body where SDKs send one. */
export async function openStream(url: string, authorization = '', init: RequestInit = {}): Promise<StreamReader> {
  const abort = new AbortController();
  const headers = new Headers(init.headers);
  headers.set('authorization', authorization);
  const answer = await fetch(url, { ...init, headers, signal: abort.signal });
  const blocks = readBlocks(answer);
  return {
    status: answer.status,
    headers: answer.headers,
    next: async () => {
      const { value } = await blocks.next();
      return value === undefined ? undefined : parse(value);
    },
    close: () => abort.abort(),
  };
}

/** The blocks between empty lines, as they come. */
async function* readBlocks(answer: Response): AsyncGenerator<string, undefined> {
  // A piece of a stream may end within a character.
  const decoder = new TextDecoder();
  // What has come of the next block: joined once, since blocks can be large and come in many pieces.
  let pieces: string[] = [];
  for await (const chunk of answer.body ?? []) {
    let rest = decoder.decode(chunk, { stream: true });
    if (pieces.at(-1)?.endsWith('\n')) rest = `${pieces.pop()}${rest}`;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      yield pieces.join('') + rest.slice(0, end);
      pieces = [];
      rest = rest.slice(end + 2);
    }
    pieces.push(rest);
  }
  return undefined;
}

function parse(block: string): StreamEvent {
  if (block.startsWith(':')) return { comment: block.slice(1) };
  const [, event = '', data = ''] = /^event: ([\w-]+)\ndata: (.*)$/s.exec(block) ?? [];
  return { event, data: JSON.parse(data) };
}
