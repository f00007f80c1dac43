/** A kind of thing that policies speak of, and what can be done with it. */
export interface ResourceKind {
  /** Types of the parts of its specifiers, such as `proj:env:flag`. */
  readonly types: string;
  /** Of several of them, in words. */
  readonly noun: string;
  /** What it does to such a thing, by the name of each action; `{}` stands for the noun. */
  readonly actions: Readonly<Record<string, string>>;
}
