/** Rows of one INSERT: well below the 32,766 bound parameters that SQLite takes, for tables of up to 30 columns. */
const CHUNK_SIZE = 1_000;

/** Cuts rows into pieces that one statement can carry. */
export function chunks<T>(rows: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / CHUNK_SIZE) }, (_, index) =>
    rows.slice(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE),
  );
}
