import { PassThrough, type Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { type ChangeSummary, readChanges } from '../store/changes.ts';
import type { Db } from '../store/database.ts';

const POLL_INTERVAL_MS = 1_000;
const HEARTBEAT_INTERVAL_MS = 20_000;
/** After that long a reader comes back, and has to show again that it may read. */
const MAX_AGE_MS = 5 * 60_000;
/** Writers commit in another order than they begin; whoever took longer than this is not told of. */
const OVERLAP_MS = 5_000;
const MAX_BACKLOG_BYTES = 64 * 1024;

interface Reader {
  readonly projectId: string;
  readonly stream: PassThrough;
  readonly opensAt: number;
}

/**
 * Tells readers that something has changed in their project, within about a second (docs/wire/change-notices.md). One look
 * at the audit log serves all readers of the process, and none is made while there are no readers.
 */
export class ChangeNotices {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #readers = new Set<Reader>();
  #told = new Set<string>();
  #since = 0;
  #stops: readonly (() => void)[] = [];

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** A stream of server-sent events about a project; it ends by itself after a while. */
  open(projectId: string): Readable {
    if (this.#readers.size === 0) this.#start();
    const reader = { projectId, stream: new PassThrough(), opensAt: this.#clock.elapsed() };
    this.#readers.add(reader);
    reader.stream.once('close', () => this.#forget(reader));
    reader.stream.write(': hello\n\n');
    return reader.stream;
  }

  /** Ends all streams. */
  close(): void {
    for (const { stream } of this.#readers) stream.end();
    this.#readers.clear();
    this.#stop();
  }

  #start(): void {
    this.#since = this.#clock.now();
    this.#told = new Set();
    this.#stops = [
      this.#clock.every(POLL_INTERVAL_MS, () => this.#look()),
      this.#clock.every(HEARTBEAT_INTERVAL_MS, () => this.#beat()),
    ];
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#stop();
  }

  /** A store that is away for a moment is asked again by the next look. */
  async #look(): Promise<void> {
    const now = this.#clock.now();
    const news: ChangeSummary[] = [];
    try {
      for await (const change of readChanges(this.#db, { after: this.#since - OVERLAP_MS })) news.push(change);
    } catch {
      return;
    }
    for (const change of news.toReversed()) if (!this.#told.has(change.id)) this.#tell(change);
    this.#told = new Set(news.map(({ id }) => id));
    this.#since = now;
  }

  #tell({ projectId, kind, name, occurredAt }: ChangeSummary): void {
    const data = JSON.stringify({ kind, name, at: occurredAt });
    for (const reader of this.#readers) {
      if (projectId === undefined || reader.projectId === projectId) write(reader, `event: change\ndata: ${data}\n\n`);
    }
  }

  #beat(): void {
    const oldest = this.#clock.elapsed() - MAX_AGE_MS;
    for (const reader of this.#readers) {
      if (reader.opensAt < oldest) reader.stream.end();
      else write(reader, ':\n\n');
    }
  }
}

/** Who does not read comes back for what is new. */
function write({ stream }: Reader, text: string): void {
  if (stream.writableLength > MAX_BACKLOG_BYTES) stream.destroy();
  else stream.write(text);
}
