import { tell } from '../output.ts';

/** What became of one thing. */
export type Outcome = 'created' | 'changed' | 'unchanged' | 'failed';

/** Something that was not copied, or not as it was, and why. */
export interface Remark {
  /** What it is about: `flag default/new-checkout`. */
  readonly resource: string;
  readonly message: string;
}

/** How often each outcome was met, by kind of thing. */
export type Counts = Readonly<Record<string, Readonly<Partial<Record<Outcome, number>>>>>;

/** Gathers what is done while an account is copied. */
export class ImportReport {
  readonly #counts = new Map<string, Map<Outcome, number>>();
  readonly #failures: Remark[] = [];
  readonly #notes: Remark[] = [];
  readonly #tell: (line: string) => void;

  /** @param tellOf hears of progress */
  constructor(tellOf: (line: string) => void = tell) {
    this.#tell = tellOf;
  }

  /** Things that were refused, so that they are missing now. */
  get failures(): readonly Remark[] {
    return this.#failures;
  }

  /** Parts of things for which there is no place, or that an API does not tell of. */
  get notes(): readonly Remark[] {
    return this.#notes;
  }

  get counts(): Counts {
    return Object.fromEntries([...this.#counts].map(([kind, outcomes]) => [kind, Object.fromEntries(outcomes)]));
  }

  /** Whether everything was as it should be before. */
  get isUnchanged(): boolean {
    return [...this.#counts.values()].every((outcomes) => [...outcomes.keys()].every((one) => one === 'unchanged'));
  }

  progress(line: string): void {
    this.#tell(line);
  }

  done(kind: string, outcome: Outcome): void {
    const outcomes = this.#counts.get(kind) ?? new Map<Outcome, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.#counts.set(kind, outcomes);
  }

  failed(kind: string, resource: string, error: unknown): void {
    this.done(kind, 'failed');
    this.#failures.push({ resource, message: error instanceof Error ? error.message : String(error) });
  }

  note(resource: string, message: string): void {
    this.#notes.push({ resource, message });
  }

  /** The whole report for programs. */
  toJSON() {
    return { unchanged: this.isUnchanged, counts: this.counts, failures: this.#failures, notes: this.#notes };
  }

  /** The whole report for people. */
  toText(): string {
    const lines = Object.entries(this.counts).map(([kind, outcomes]) => {
      const words = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
      return `${kind}: ${words.join(', ')}`;
    });
    return [
      ...lines,
      ...(this.isUnchanged ? ['Nothing had to be changed.'] : []),
      ...section('Not copied:', this.#failures),
      ...section('Not copied as they were:', this.#notes),
    ].join('\n');
  }
}

function section(title: string, remarks: readonly Remark[]): readonly string[] {
  if (remarks.length === 0) return [];
  return ['', title, ...remarks.map(({ resource, message }) => `- ${resource}: ${message}`)];
}
