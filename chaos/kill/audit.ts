import type { Api } from './api.ts';

interface Entry {
  readonly _id: string;
  readonly kind: string;
  readonly comment?: string;
  readonly titleVerb: string;
  readonly accesses: readonly { readonly action: string; readonly resource: string }[];
}

/** Actions on the configuration of a flag in an environment: each raises the version there. */
const CONFIGURING: ReadonlySet<string> = new Set(['updateOn', 'updateFallthrough', 'updateTargets']);

/** Reaches so far back before the last look, in milliseconds: processes read the same clock, not at the same time. */
const OVERLAP_MS = 60_000;

/** What the audit log tells, read on from look to look. */
export class Audit {
  readonly #seen = new Set<string>();
  readonly #comments = new Map<string, number>();
  readonly #configured = new Map<string, number>();
  #readAt = 0;

  get entries(): number {
    return this.#seen.size;
  }

  async readOn(api: Api, url: string): Promise<void> {
    const after = Math.max(0, this.#readAt - OVERLAP_MS);
    this.#readAt = Date.now();
    for (const entry of await api.read<Entry[]>(url, `auditlog.ndjson?after=${after}`)) {
      if (this.#seen.has(entry._id)) continue;
      this.#seen.add(entry._id);
      this.#count(entry);
    }
  }

  /** How many entries a change has, by its comment. */
  timesOf(comment: string): number {
    return this.#comments.get(comment) ?? 0;
  }

  /** How often the configuration of a flag in an environment was changed. */
  changesOf(flagKey: string, environmentKey: string): number {
    return this.#configured.get(`proj/default:env/${environmentKey}:flag/${flagKey}`) ?? 0;
  }

  #count({ kind, comment, titleVerb, accesses }: Entry): void {
    if (kind !== 'flag') return;
    const verb = /^(created|deleted) the flag$/.exec(titleVerb)?.[1];
    const flagKey = accesses[0]?.resource.split(':flag/')[1] ?? '';
    add(this.#comments, comment ?? (verb === undefined ? '' : `${verb} ${flagKey}`));
    for (const { action, resource } of accesses) if (CONFIGURING.has(action)) add(this.#configured, resource);
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
