import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;
/** Square of the distance of colours that nobody tells apart. */
const ALIKE = 40;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes for each pixel, row by row. */
  readonly pixels: Uint8Array;
}

/** A picture of a browser with 256 colours at most: pages have few, so that it looks the same and is a third of the size. */
export function smaller(png: Buffer): Buffer {
  const picture = read(png);
  const counts = new Map<number, number>();
  const { pixels } = picture;
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = colourAt(pixels, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of counts.keys()) if (!nearest.has(colour)) nearest.set(colour, nearestIn(palette, colour));
  return write(picture, palette, nearest);
}

/** The most frequent colours, of those that look alike one: else the many shades of letters leave no room for a small mark. */
function paletteOf(counts: ReadonlyMap<number, number>): readonly number[] {
  const palette: number[] = [];
  for (const [colour] of [...counts.entries()].toSorted(([, one], [, other]) => other - one)) {
    if (palette.length === COLOURS) break;
    if (palette.every((one) => distance(one, colour) > ALIKE)) palette.push(colour);
  }
  return palette;
}

function distance(one: number, other: number): number {
  const channels = [16, 8, 0].map((shift) => ((one >> shift) & 255) - ((other >> shift) & 255));
  return channels.reduce((sum, channel) => sum + channel ** 2, 0);
}

function colourAt(pixels: Uint8Array, at: number): number {
  return ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
}

function nearestIn(palette: readonly number[], colour: number): number {
  const distances = palette.map((one) => distance(one, colour));
  return distances.indexOf(Math.min(...distances));
}

/** Reads what browsers write: eight bits for each of three or four channels, not interlaced. */
function read(png: Buffer): Picture {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const data = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const raw = new Uint8Array(height * stride);
  for (let row = 0; row < height; row++) {
    const filter = data[row * (stride + 1)] ?? 0;
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      const left = column >= channels ? (raw[at - channels] ?? 0) : 0;
      const up = row > 0 ? (raw[at - stride] ?? 0) : 0;
      const corner = row > 0 && column >= channels ? (raw[at - stride - channels] ?? 0) : 0;
      raw[at] = (data[row * (stride + 1) + 1 + column] ?? 0) + foretold(filter, left, up, corner);
    }
  }
  const pixels = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    pixels.set(raw.subarray(pixel * channels, pixel * channels + 3), pixel * 3);
  }
  return { width, height, pixels };
}

/** What a filter of the format expects a byte to be, from those before it. */
function foretold(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function write({ width, height, pixels }: Picture, palette: readonly number[], indexes: ReadonlyMap<number, number>) {
  const rows = new Uint8Array(height * (width + 1));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const colour = colourAt(pixels, (row * width + column) * 3);
      rows[row * (width + 1) + 1 + column] = indexes.get(colour) ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
