/** Where new identities come from. The domain never makes them itself, so that its results can be foretold in tests. */
export interface NewIds {
  /** 24 lower-case hexadecimal characters: accounts, projects, environments, members, tokens, flags, audit entries. */
  objectId(): string;
  /** A version 4 UUID: variations, rules, clauses, release phases and audiences, the secret part of keys. */
  uuid(): string;
  /** 32 hexadecimal characters of randomness: salts. */
  salt(): string;
}

/** What a decision of the domain may know of the world: when it is, and fresh ids. `now` is Unix milliseconds. */
export interface DecisionContext {
  readonly now: number;
  readonly ids: NewIds;
}
