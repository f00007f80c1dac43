/** One line of the table: what we do beside what bare Node does with the same bytes. */
export interface Measurement {
  readonly name: string;
  readonly ours: string;
  readonly bare: string;
  /** Ours by bare, with its spread over the rounds where there are rounds. */
  readonly ratio: string;
  /** The bar that is set for it, if any; said, never enforced. */
  readonly bar: string;
}

/** A benchmark. `isQuick` makes it short: enough to see that it runs, not to believe its figures. */
export interface Row {
  readonly name: string;
  run(isQuick: boolean): Promise<readonly Measurement[]>;
}
