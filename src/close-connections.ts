import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Has connections end as soon as they can once the server closes. By itself it waits for those on which nothing has ever
 * been asked, as browsers and clients open them ahead, and for those that are kept after an answer.
 */
export function closeConnections(server: FastifyInstance): void {
  const sockets = new Set<Socket>();
  let isClosing = false;
  server.server.on('connection', (socket: Socket) => {
    if (isClosing) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  });
  server.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close');
  });
  server.addHook('onResponse', async () => {
    if (isClosing) server.server.closeIdleConnections();
  });
}
