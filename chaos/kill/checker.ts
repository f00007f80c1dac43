import { setTimeout } from 'node:timers/promises';
import type { LDClient } from '@launchdarkly/node-server-sdk';
import { isDeepStrictEqual } from 'node:util';
import type { Api } from './api.ts';
import { Audit } from './audit.ts';
import type { FlagState, Ledger, TimedFlag, TrackedFlag } from './ledger.ts';
import { COUNTED_FLAG, EVALUATIONS_OF_BATCH, SOMEBODY } from './load.ts';

/** A flag as the API shows it, as far as it matters here. */
interface StoredFlag {
  readonly key: string;
  readonly tags: readonly string[];
  readonly variations: readonly { readonly _id: string; readonly value: unknown }[];
  readonly environments: Readonly<Record<string, StoredConfig>>;
}

interface StoredConfig {
  readonly on: boolean;
  readonly version: number;
  readonly targets: readonly { readonly variation: number; readonly values: readonly string[] }[];
  readonly fallthrough: { readonly variation: number };
  readonly offVariation: number;
}

/** How long timers may take to ring, and SDKs to agree, once there is nothing to hinder them; in milliseconds. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 100;
const ENVIRONMENTS = ['production', 'test'];

/** Compares what was acknowledged with what is there. Nobody may write while it looks. */
export class Checker {
  readonly #api: Api;
  readonly #ledger: Ledger;
  readonly audit = new Audit();
  /** Values of SDKs that were compared. */
  compared = 0;

  constructor(api: Api, ledger: Ledger) {
    this.#api = api;
    this.#ledger = ledger;
  }

  /** Looks at everything through every process. @returns what is wrong, a sentence each */
  async check(sdks: readonly LDClient[], sdkKey: string): Promise<readonly string[]> {
    const problems: string[] = this.#ledger.refusals.splice(0);
    const { urls } = this.#api.addresses;
    const [url = ''] = urls;
    for (const flag of this.#ledger.timed) problems.push(...(await this.#checkTimer(url, flag)));
    const stored = await this.#flags(url);
    problems.push(...this.#resolveDoubts(stored), ...this.#checkFlags(stored));
    await this.audit.readOn(this.#api, url);
    problems.push(...this.#checkShared(stored), ...this.#checkAudit(stored), ...(await this.#checkEvents(url)));
    for (const other of urls.slice(1)) {
      if (!isDeepStrictEqual(await this.#flags(other), stored)) problems.push(`${other} has other flags than ${url}`);
    }
    for (const one of urls) problems.push(...(await checkPayload(one, sdkKey, stored)));
    const values = new Map([...stored.values()].map((flag) => [flag.key, evaluate(flag)]));
    for (const sdk of sdks) problems.push(...(await this.#checkSdk(sdk, values)));
    return problems;
  }

  async #flags(url: string): Promise<ReadonlyMap<string, StoredFlag>> {
    const path = 'flags/default?env=production&env=test&summary=0&limit=1000';
    const { items } = await this.#api.read<{ items: StoredFlag[] }>(url, path);
    return new Map(items.map((flag) => [flag.key, flag]));
  }

  /** A change without an answer was carried out, or it was not: nothing between. */
  #resolveDoubts(stored: ReadonlyMap<string, StoredFlag>): readonly string[] {
    const problems: string[] = [];
    for (const flag of this.#ledger.tracked) {
      const there = stored.get(flag.key);
      if (there) flag.variationIds = there.variations.map(({ _id }) => _id);
      if (!flag.doubt) continue;
      const state = stateOf(there);
      const wasCarriedOut = isDeepStrictEqual(state, flag.doubt.after);
      if (!wasCarriedOut && !isDeepStrictEqual(state, flag.state)) {
        problems.push(`${flag.key}: expected ${show(flag.state)} or ${show(flag.doubt.after)}, got ${show(state)}`);
      }
      this.#ledger.resolve(flag, wasCarriedOut);
    }
    return problems;
  }

  #checkFlags(stored: ReadonlyMap<string, StoredFlag>): readonly string[] {
    const problems: string[] = [];
    const compare = ({ key, state }: TrackedFlag) => {
      const there = stateOf(stored.get(key));
      if (!isDeepStrictEqual(there, state)) problems.push(`${key}: expected ${show(state)}, got ${show(there)}`);
    };
    for (const flag of this.#ledger.tracked) compare(flag);
    const known = new Set([COUNTED_FLAG]);
    for (const { key } of [...this.#ledger.tracked, ...this.#ledger.shared, ...this.#ledger.timed]) known.add(key);
    for (const key of stored.keys()) {
      // Nobody was told whether these were made.
      const isShared = /^shared-\d+$/.test(key);
      if (!known.has(key) && !isShared) problems.push(`${key}: nobody made this flag`);
    }
    return problems;
  }

  #checkShared(stored: ReadonlyMap<string, StoredFlag>): readonly string[] {
    const problems: string[] = [];
    for (const { key, added, inDoubt } of this.#ledger.shared) {
      const tags = new Set(stored.get(key)?.tags);
      for (const tag of added) if (!tags.has(tag)) problems.push(`${key}: the tag ${tag} is lost`);
      for (const tag of tags) if (!added.has(tag) && !inDoubt.has(tag)) problems.push(`${key}: nobody added ${tag}`);
      for (const tag of inDoubt) {
        const times = this.audit.timesOf(tag);
        if (times !== (tags.has(tag) ? 1 : 0)) problems.push(`${key}: ${tag} has ${times} audit entries`);
      }
    }
    return problems;
  }

  /** Every change has its one entry, every change that was not carried out has none, and versions count the entries. */
  #checkAudit(stored: ReadonlyMap<string, StoredFlag>): readonly string[] {
    const problems: string[] = [];
    const expect = (comment: string, expected: number) => {
      const times = this.audit.timesOf(comment);
      if (times !== expected) problems.push(`${comment}: expected ${expected} audit entries, got ${times}`);
    };
    for (const comment of this.#ledger.acknowledged) expect(comment, 1);
    for (const comment of this.#ledger.undone) expect(comment, 0);
    for (const { key, environments } of stored.values()) {
      for (const environment of ENVIRONMENTS) {
        const changes = this.audit.changesOf(key, environment);
        const version = environments[environment]?.version;
        if (version !== 1 + changes) {
          problems.push(`${key} in ${environment}: version ${version}, but ${changes} changes in the audit log`);
        }
      }
    }
    return problems;
  }

  async #checkEvents(url: string): Promise<readonly string[]> {
    const path = `usage/evaluations/default/production/${COUNTED_FLAG}`;
    const { series } = await this.#api.read<{ series: Record<string, number>[] }>(url, path);
    const counted = series.reduce((sum, slice) => sum + (slice['0'] ?? 0), 0);
    const sent = EVALUATIONS_OF_BATCH * this.#ledger.batches;
    return counted === sent ? [] : [`events: ${sent} evaluations were acknowledged, ${counted} are counted`];
  }

  /** What a timer was to do has been done, once. */
  async #checkTimer(url: string, flag: TimedFlag): Promise<readonly string[]> {
    const path = `flags/default/${flag.key}?env=production&env=test`;
    const find = async () => this.#api.read<StoredFlag>(url, path).catch(() => undefined);
    const first = await find();
    if (!first) return flag.hasFlag ? [`${flag.key}: the flag is lost`] : [];
    if (!flag.hasTimer && !(await this.#hasTimer(url, flag))) return [];
    const turned = flag.by === 'release' ? ENVIRONMENTS : ['production'];
    const isDone = ({ environments }: StoredFlag) => turned.every((environment) => environments[environment]?.on);
    let found: StoredFlag = first;
    await until(async () => {
      found = (await find()) ?? found;
      return isDone(found) && (flag.by === 'schedule' || (await this.#isReleased(url, flag.key)));
    });
    flag.hasTimer = true;
    if (!isDone(found)) return [`${flag.key}: the timer is lost`];
    const versions = turned.map((environment) => found.environments[environment]?.version);
    return versions.every((version) => version === 2) ? [] : [`${flag.key}: done more than once: ${versions.join()}`];
  }

  async #hasTimer(url: string, { key, by }: TimedFlag): Promise<boolean> {
    if (by === 'release') return this.#api.read(url, `flags/default/${key}/release`).then(...yesOrNo);
    const path = `projects/default/flags/${key}/environments/production/scheduled-changes`;
    const { items } = await this.#api.read<{ items: unknown[] }>(url, path);
    return items.length > 0;
  }

  async #isReleased(url: string, key: string): Promise<boolean> {
    const { phases } = await this.#api.read<{ phases: { complete: boolean }[] }>(url, `flags/default/${key}/release`);
    return phases.every(({ complete }) => complete);
  }

  async #checkSdk(sdk: LDClient, expected: ReadonlyMap<string, unknown>): Promise<readonly string[]> {
    const values = async () => (await sdk.allFlagsState({ kind: 'user', key: SOMEBODY })).allValues();
    const wanted = Object.fromEntries(expected);
    this.compared += expected.size;
    if (await until(async () => isDeepStrictEqual(await values(), wanted))) return [];
    const got = await values();
    const keys = Object.keys({ ...wanted, ...got }).filter((key) => wanted[key] !== got[key]);
    return keys.map((key) => `${key}: the SDK serves ${show(got[key])}, stored is ${show(wanted[key])}`);
  }
}

const yesOrNo = [() => true, () => false] as const;

/** What polls of SDKs get is what the API says, flag by flag and version by version. */
async function checkPayload(
  url: string,
  sdkKey: string,
  stored: ReadonlyMap<string, StoredFlag>,
): Promise<readonly string[]> {
  const wanted = [...stored.values()].map(({ key, environments }) => {
    const { version, on } = environments['production'] ?? {};
    return [key, { version, on }] as const;
  });
  let sent: object = {};
  const isEqual = await until(async () => {
    const answer = await fetch(`${url}/sdk/latest-all`, { headers: { authorization: sdkKey } });
    const { flags } = (await answer.json()) as { flags: Record<string, { version: number; on: boolean }> };
    sent = Object.fromEntries(Object.entries(flags).map(([key, { version, on }]) => [key, { version, on }]));
    return isDeepStrictEqual(sent, Object.fromEntries(wanted));
  });
  return isEqual ? [] : [`${url}: SDKs get ${JSON.stringify(sent)}, stored is ${JSON.stringify(wanted)}`];
}

/** Looks again and again. @returns whether it came true */
async function until(isTrue: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; ; await setTimeout(LOOK_AGAIN_MS)) {
    if (await isTrue()) return true;
    if (Date.now() > end) return false;
  }
}

function stateOf(flag: StoredFlag | undefined): FlagState {
  const config = flag?.environments['production'];
  if (!config) return { exists: false, version: 0, isOn: false, served: 0, targeted: undefined };
  const { version, on, fallthrough } = config;
  return { exists: true, version, isOn: on, served: fallthrough.variation, targeted: targetOf(config) };
}

const targetOf = ({ targets }: StoredConfig) => targets.find(({ values }) => values.includes(SOMEBODY))?.variation;

/** What a flag of ours serves, by the documented order: off, targets, everybody. */
function evaluate({ variations, environments }: StoredFlag): unknown {
  const config = environments['production'];
  if (!config) return undefined;
  const index = config.on ? (targetOf(config) ?? config.fallthrough.variation) : config.offVariation;
  return variations[index]?.value;
}

const show = (value: unknown) => JSON.stringify(value);
