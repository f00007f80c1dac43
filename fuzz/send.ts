import { Agent, type IncomingMessage, request as send } from 'node:http';
import { connect } from 'node:net';
import type { HttpRequest } from './http-request.ts';

/** How long an answer may take; far more than any needs, since the machine may be busy. */
const DEADLINE_MS = 15_000;

export interface Answer {
  readonly status: number;
  /** Empty for streams, which are left as soon as they have begun. */
  readonly body: string;
  readonly elapsedMs: number;
}

/** Sends requests over a few connections that stay open. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });
  readonly #url: URL;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** @throws Error when there is no answer in time, or the connection breaks */
  async send({ method, path, headers, body }: HttpRequest): Promise<Answer> {
    const begun = performance.now();
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(body.length) };
      const options = { agent: this.#agent, hostname, port, method, path, headers: { ...headers, ...length } };
      const take = async (incoming: IncomingMessage) => {
        const { text, isStream } = await read(incoming);
        clearTimeout(timer);
        if (isStream) outgoing.destroy();
        resolve({ status: incoming.statusCode ?? 0, body: text, elapsedMs: performance.now() - begun });
      };
      const outgoing = send(options, (incoming) => void take(incoming).catch(reject));
      const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
      outgoing.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      outgoing.end(body);
    });
  }

  /** Sends bytes as they are, and waits for the end of the connection or the first words of an answer. */
  async sendBytes(bytes: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(this.#url.port), this.#url.hostname, () => socket.end(bytes));
      let text = '';
      const timer = setTimeout(() => {
        socket.destroy();
        reject(new Error(`no answer within ${DEADLINE_MS} ms`));
      }, DEADLINE_MS);
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(text);
      });
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function read(incoming: IncomingMessage): Promise<{ text: string; isStream: boolean }> {
  if (incoming.headers['content-type']?.startsWith('text/event-stream') && incoming.statusCode === 200) {
    return { text: '', isStream: true };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return { text: Buffer.concat(chunks).toString(), isStream: false };
}
