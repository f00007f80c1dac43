import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What a tool answers: texts, which are JSON where the API answered with some. */
interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
}

const PROTOCOL = '2025-06-18';

/** Speaks to an MCP server over its standard input and output: JSON-RPC, a message to the line. */
export class StdioClient {
  readonly #server: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #count = 0;

  constructor(command: string, argv: readonly string[]) {
    this.#server = spawn(command, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#server.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      this.#waiting.get(answer.id ?? 0)?.(answer);
    });
  }

  /** To be called first, as the protocol has it. */
  async begin(): Promise<void> {
    await this.#ask('initialize', {
      protocolVersion: PROTOCOL,
      capabilities: {},
      clientInfo: { name: 'slipway-compat', version: '1' },
    });
    this.#send({ method: 'notifications/initialized' });
  }

  async tools(): Promise<readonly string[]> {
    const { tools } = (await this.#ask('tools/list', {})) as { tools: readonly { name: string }[] };
    return tools.map(({ name }) => name);
  }

  /** Uses a tool. @returns what it answers, read as JSON @throws Error when the tool fails */
  async use(name: string, request: object): Promise<unknown> {
    const result = (await this.#ask('tools/call', { name, arguments: { request } })) as ToolResult;
    const text = result.content.map(({ text }) => text).join('\n');
    if (result.isError) throw new Error(`${name}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  end(): void {
    this.#server.kill();
  }

  async #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#send({ id, method, params });
    const { error, result } = await promise;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  #send(message: object): void {
    this.#server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}
