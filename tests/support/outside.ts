import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody outside who is asked over HTTP, remembers what came, and answers what the test says. */
export class Outside {
  readonly asked: { readonly path: string; readonly body: string }[] = [];
  /** The status and body to answer; undefined never answers. */
  answer: { readonly status: number; readonly body?: string } | undefined = { status: 200 };
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the same port as before if it did. */
  async up(): Promise<void> {
    const server = createServer((request, response) => void this.#handle(request, response));
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Is gone: connections are refused. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    if (server) await new Promise((done) => server.close(done));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.asked.push({ path: request.url ?? '', body });
    if (this.answer) response.writeHead(this.answer.status).end(this.answer.body ?? '');
  }
}
