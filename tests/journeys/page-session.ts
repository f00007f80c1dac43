/** What a page tells the test, and lets it do. */
export interface PageSession {
  /** The value that the page shows. */
  value: unknown;
  /** Becomes somebody else. */
  identify(key: string): Promise<void>;
  /** Sends what has happened. */
  flush(): Promise<void>;
}
