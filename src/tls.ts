import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Paths of PEM files. */
export interface TlsFiles {
  /** The certificate and, behind it, those between it and the authority. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** Their contents. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** How often the files are looked at. */
export const LOOK_AT_FILES_MS = 60_000;

/** Reads a certificate and its key. @throws Error naming the variables when they cannot be read or do not fit */
export function readTlsPair({ certFile, keyFile }: TlsFiles): TlsPair {
  try {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const files = `SLIPWAY_TLS_CERT ${JSON.stringify(certFile)} and SLIPWAY_TLS_KEY ${JSON.stringify(keyFile)}`;
    const message = `${files}: expected a certificate and its key, as PEM: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
}

/**
 * Makes a check of files that have been replaced, as certificates are every few months.
 * @param use called with the new pair; not while only one of the files is new
 * @param failed hears why a new pair cannot be used; the old one stays
 */
export function tlsWatcher(
  files: TlsFiles,
  first: TlsPair,
  { use, failed }: { use: (pair: TlsPair) => void; failed: (error: unknown) => void },
): () => void {
  let current = first;
  return () => {
    try {
      const pair = readTlsPair(files);
      if (pair.cert === current.cert && pair.key === current.key) return;
      use(pair);
      current = pair;
    } catch (error) {
      failed(error);
    }
  };
}
