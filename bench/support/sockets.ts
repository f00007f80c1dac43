import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/*
 * The load generator speaks HTTP over bare sockets, so that it costs as little as possible beside the server it
 * measures: responses are of one known length, and are counted instead of parsed.
 */

/** A request as it goes over the wire. */
export function rawRequest(method: string, url: string, headers: Readonly<Record<string, string>>, body = ''): Buffer {
  const { host, pathname, search } = new URL(url);
  const all = { host, ...headers, ...(body !== '' && { 'content-length': String(Buffer.byteLength(body)) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** An open connection. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** @throws Error unless an answer begins as a good one: a refusal would be fast, and worth nothing */
export function requireOk(answer: string): void {
  if (!/^HTTP\/1\.1 20\d /.test(answer)) throw new Error(`expected a status of 20x, got: ${answer.slice(0, 500)}`);
}

/** Sends one request on a fresh connection. @returns how many bytes the whole answer has */
export async function measureAnswer(url: string, request: Buffer): Promise<number> {
  const socket = await openSocket(url);
  socket.write(request);
  let text = '';
  let bytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    text += chunk.toString('latin1');
    const headEnd = text.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(text)?.[1];
    if (headEnd >= 0 && length !== undefined && bytes >= headEnd + 4 + Number(length)) break;
  }
  socket.destroy();
  requireOk(text);
  return bytes;
}

/** Sends the same request again and again over several connections for a time. @returns answers per second */
export async function requestRate(
  url: string,
  request: Buffer,
  load: { connections: number; durationMs: number },
): Promise<number> {
  const answerBytes = await measureAnswer(url, request);
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => openSocket(url)));
  let answers = 0;
  for (const socket of sockets) {
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received < answerBytes) return;
      received -= answerBytes;
      answers++;
      socket.write(request);
    });
    socket.write(request);
  }
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, load.durationMs));
  const seconds = (performance.now() - startedAt) / 1000;
  for (const socket of sockets) socket.destroy();
  return answers / seconds;
}

/**
 * Sends requests, each another one, over several connections for a time; answers may be of different lengths.
 * @returns good answers per second
 * @throws Error when an answer is not a good one
 */
export async function answerRate(
  url: string,
  nextRequest: () => Buffer,
  load: { connections: number; durationMs: number },
): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => openSocket(url)));
  let answers = 0;
  const failed = new Promise<never>((_, reject) => {
    for (const socket of sockets) {
      let missing = 0;
      socket.on('data', (chunk: Buffer) => {
        if (missing === 0) missing = answerBytes(chunk) ?? 0;
        if (missing === 0) return reject(new Error(`expected a good answer, got: ${chunk.toString('latin1', 0, 500)}`));
        missing -= chunk.length;
        if (missing > 0) return;
        answers++;
        socket.write(nextRequest());
      });
      socket.write(nextRequest());
    }
  });
  const startedAt = performance.now();
  try {
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, load.durationMs))]);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return (answers * 1000) / (performance.now() - startedAt);
}

/** The length of a good answer whose head is whole in its first piece; undefined for another one. */
function answerBytes(start: Buffer): number | undefined {
  const headBytes = start.indexOf('\r\n\r\n') + 4;
  const length = /^HTTP\/1\.1 20\d .*\r\ncontent-length: (\d+)/is.exec(start.toString('latin1', 0, headBytes))?.[1];
  return length === undefined ? undefined : headBytes + Number(length);
}
