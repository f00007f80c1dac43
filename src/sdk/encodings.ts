import { gzipSync } from 'node:zlib';
import type { Delivery } from '../store/deliveries.ts';
import { eventFrame, flagFrame, itemFrame, putFrame } from './frames.ts';
import { encodeFlags, encodeSnapshot, type Snapshot } from './snapshot.ts';
import { changes, encodeEvents, encodeFrames, fullTransfer, type TransferEvent, transferSince } from './transfer.ts';

/** What a body may be encoded with. */
export type ContentEncoding = 'identity' | 'gzip';

/** Transfers of changes that are kept for those who ask for the same; beyond it the oldest is made again. */
const MAX_KEPT_TRANSFERS = 32;

/** A text as bytes, made when somebody first asks for them. */
class EncodedText {
  readonly #write: () => string;
  #plain: Buffer | undefined;
  #gzip: Buffer | undefined;

  constructor(write: () => string) {
    this.#write = write;
  }

  as(encoding: ContentEncoding): Buffer {
    this.#plain ??= Buffer.from(this.#write());
    if (encoding === 'identity') return this.#plain;
    this.#gzip ??= gzipSync(this.#plain);
    return this.#gzip;
  }
}

/** What a poll or a stream of the second generation gets, or a stream begins with. */
export class EncodedTransfer {
  readonly #body: EncodedText;
  readonly #frames: EncodedText;

  constructor(events: () => readonly TransferEvent[]) {
    this.#body = new EncodedText(() => encodeEvents(events()));
    this.#frames = new EncodedText(() => encodeFrames(events()));
  }

  body(encoding: ContentEncoding): Buffer {
    return this.#body.as(encoding);
  }

  frames(): Buffer {
    return this.#frames.as('identity');
  }
}

/** A snapshot in all the forms it is sent in, each made once however many SDKs ask. */
export class EncodedState {
  readonly #snapshot: Snapshot;
  readonly #body: EncodedText;
  readonly #flags: EncodedText;
  readonly #fullTransfer: EncodedTransfer;
  readonly #transfers = new Map<number, EncodedTransfer>();
  #put: Buffer | undefined;
  #flagsPut: Buffer | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#body = new EncodedText(() => encodeSnapshot(snapshot));
    this.#flags = new EncodedText(() => encodeFlags(snapshot));
    this.#fullTransfer = new EncodedTransfer(() => fullTransfer(snapshot));
  }

  get payloadVersion(): number {
    return this.#snapshot.payloadVersion;
  }

  /** The body of a poll of the first generation. */
  body(encoding: ContentEncoding): Buffer {
    return this.#body.as(encoding);
  }

  /** All flags alone. */
  flags(encoding: ContentEncoding): Buffer {
    return this.#flags.as(encoding);
  }

  /** The first frame of a stream of the first generation. */
  put(): Buffer {
    this.#put ??= putFrame(this.#snapshot);
    return this.#put;
  }

  /** The first frame of a stream of flags alone. */
  flagsPut(): Buffer {
    this.#flagsPut ??= eventFrame('put', encodeFlags(this.#snapshot));
    return this.#flagsPut;
  }

  /**
   * What brings an SDK of the second generation here.
   * @param basis the payload version that it has; everything is sent to one without, or with one that is yet to come
   */
  transferFrom(basis: number | undefined): EncodedTransfer {
    if (basis === undefined || basis > this.#snapshot.payloadVersion) return this.#fullTransfer;
    const kept = this.#transfers.get(basis);
    if (kept) return kept;
    const transfer = new EncodedTransfer(() => transferSince(this.#snapshot, basis));
    const [oldest] = this.#transfers.keys();
    if (oldest !== undefined && this.#transfers.size >= MAX_KEPT_TRANSFERS) this.#transfers.delete(oldest);
    this.#transfers.set(basis, transfer);
    return transfer;
  }
}

/** The step to a snapshot from the one before, in all forms. */
export class EncodedChange {
  /** The payload version that it leads to. */
  readonly payloadVersion: number;
  readonly #items: readonly Delivery[];
  readonly #update: EncodedText;
  #itemFrames: readonly Buffer[] | undefined;
  #flagFrames: readonly Buffer[] | undefined;

  constructor(next: Snapshot, items: readonly Delivery[]) {
    this.payloadVersion = next.payloadVersion;
    this.#items = items;
    this.#update = new EncodedText(() => encodeFrames(changes(next, items)));
  }

  /** Frames of the first generation, one for each item. */
  itemFrames(): readonly Buffer[] {
    this.#itemFrames ??= this.#items.map(itemFrame);
    return this.#itemFrames;
  }

  /** Those of flags, for streams of flags alone. */
  flagFrames(): readonly Buffer[] {
    this.#flagFrames ??= this.#items.filter(({ kind }) => kind === 'flag').map(flagFrame);
    return this.#flagFrames;
  }

  /** The frames of the second generation, which take effect together. */
  update(): Buffer {
    return this.#update.as('identity');
  }
}
