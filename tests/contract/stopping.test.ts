import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('a process that stops on $name', (engine) => {
  it('answers what still comes in on connections that are open, and closes them', async () => {
    const app = await startApp(engine);
    const { port } = new URL(await app.slipway.listen());
    const arrived = once(app.slipway.server.server, 'connection');
    const socket = connect(Number(port), '127.0.0.1');
    socket.setEncoding('utf8');
    await once(socket, 'connect');
    // A load balancer sends on a connection that it has kept open, not knowing yet.
    socket.write(`GET /api/v2/projects HTTP/1.1\r\nhost: slipway\r\n`);
    const [served] = (await arrived) as [Socket];
    await expect.poll(() => served.bytesRead).toBeGreaterThan(0);
    const closing = app.close();
    await expect.poll(() => app.slipway.server.server.listening).toBe(false);
    socket.write(`authorization: ${app.token}\r\n\r\n`);
    let answer = '';
    for await (const part of socket) answer += String(part);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    await closing;
  });
});
