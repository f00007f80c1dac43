/** A request as it goes over the wire. */
export interface HttpRequest {
  readonly method: string;
  /** With query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const METHODS_THAT_READ: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether nothing may change, whatever the answer is. */
export const isReading = ({ method }: HttpRequest) => METHODS_THAT_READ.has(method);

/** As a command that repeats it, for messages. */
export function asCommand(url: string, { method, path, headers, body }: HttpRequest): string {
  const shown = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
  const data = body === undefined ? [] : [`--data-binary $'${escape(body)}'`];
  return ['curl', '-X', method, ...shown, ...data, `'${url}${path}'`].join(' ').slice(0, 2_000);
}

/** For `$'…'` of a shell. */
function escape(body: Buffer): string {
  const isPlain = (byte: number) => byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
  return Array.from(body.subarray(0, 1_500), (byte) =>
    isPlain(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}
