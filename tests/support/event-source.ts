import { openStream } from './stream-reader.ts';

/** As much of the EventSource of browsers as the official SDK for them uses; Node has none. It does not reconnect. */
export class TestEventSource extends EventTarget {
  onopen: () => void = () => undefined;
  onerror: () => void = () => undefined;
  #isClosed = false;
  #close: () => void = () => undefined;

  constructor(url: string) {
    super();
    void this.#read(url);
  }

  close(): void {
    this.#isClosed = true;
    this.#close();
  }

  async #read(url: string): Promise<void> {
    try {
      const stream = await openStream(url);
      this.#close = () => stream.close();
      if (this.#isClosed) return stream.close();
      this.onopen();
      for (let event = await stream.next(); event; event = await stream.next()) {
        if ('comment' in event) continue;
        this.dispatchEvent(new MessageEvent(event.event, { data: JSON.stringify(event.data) }));
      }
    } catch {
      if (!this.#isClosed) this.onerror();
    }
  }
}
