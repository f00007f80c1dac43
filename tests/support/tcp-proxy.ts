import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** A door to a TCP server, which can be shut, and through which bytes can be slow or not come at all. */
export class TcpProxy {
  /** How long each piece waits before it goes on, in each direction; in milliseconds. */
  delayMs = 0;
  readonly #to: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #server: Server | undefined;
  #port = 0;
  #isHeld = false;

  constructor(to: { readonly host: string; readonly port: number }) {
    this.#to = to;
  }

  get port(): number {
    return this.#port;
  }

  /** Takes connections, on the same port as before if it did. */
  async open(): Promise<void> {
    this.#server = createServer((client) => {
      const store = connect(this.#to);
      this.#forward(client, store);
      this.#forward(store, client);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts all connections and refuses new ones. */
  async shut(): Promise<void> {
    this.letGo();
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server) await once(this.#server, 'close');
    this.#server = undefined;
  }

  /** Lets nothing through, without a word: what a broken network does. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Lets everything through again, what was held first. */
  letGo(): void {
    this.#isHeld = false;
    this.#changes.emit('let go');
  }

  #forward(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    let before = Promise.resolve();
    from.on('data', (bytes: Buffer) => {
      before = before.then(() => this.#wait()).then(() => void to.write(bytes));
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  async #wait(): Promise<void> {
    if (this.delayMs > 0) await setTimeout(this.delayMs);
    if (this.#isHeld) await once(this.#changes, 'let go');
  }
}
