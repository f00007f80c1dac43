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
  let text = '';
  for await (const chunk of answer.body ?? []) {
    let from = Math.max(0, text.length - 1);
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n', from); end >= 0; end = text.indexOf('\n\n', from)) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
      from = 0;
    }
  }
  return undefined;
}

function parse(block: string): StreamEvent {
  if (block.startsWith(':')) return { comment: block.slice(1) };
  const [, event = '', data = ''] = /^event: ([\w-]+)\ndata: (.*)$/s.exec(block) ?? [];
  return { event, data: JSON.parse(data) };
}
