/** A page of a list: how many at most, and how many to pass over. */
export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
}

/** A page and how many there are in all. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
}
