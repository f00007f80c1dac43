import { buildFixture } from '../tests/support/access-matrix/fixture.ts';
import type { Fixture } from '../tests/support/access-matrix/row.ts';
import type { TestRequest } from '../tests/support/app.ts';
import { BETA } from '../tests/support/headers.ts';
import { asObject, parseJson } from './json.ts';
import type { SdkKeys } from './sdk-requests.ts';
import type { Sender } from './send.ts';
import type { Subject } from './subject.ts';

/** What requests are about: a project with all sorts of things, and every key and id that answers have told. */
export interface World {
  readonly fixture: Fixture;
  readonly keys: SdkKeys;
  /** Ids and keys that exist or have existed. */
  readonly known: readonly string[];
}

/** Most ids that are remembered; the oldest are forgotten. */
const MAX_KNOWN = 300;

/** Makes one world after another, and takes the former one away. */
export class Worlds {
  readonly #subject: Subject;
  readonly #sender: Sender;
  readonly #known: string[] = ['default', 'test', 'production', 'user', 'owner', 'standard', 'checkout-button'];
  /** Our token and member: whoever deleted them could ask nothing more. */
  readonly #own = new Set<string>();
  #count = 0;

  constructor(subject: Subject, sender: Sender) {
    this.#subject = subject;
    this.#sender = sender;
  }

  async next(): Promise<World> {
    if (this.#own.size === 0) {
      const { tokenId, memberId } = await this.#send({ path: 'caller-identity' });
      for (const id of [tokenId, memberId]) this.#own.add(id);
    }
    await this.#clear();
    const send = (request: TestRequest) => this.#send(request);
    const tell = async (tags: string) => {
      await this.#send({ path: '/sdk/latest-all', token: keys.sdkKey, headers: { 'x-launchdarkly-tags': tags } });
    };
    const admin = await send({ method: 'POST', path: 'tokens', body: { role: 'admin', serviceToken: true } });
    const pass = (ms: number) => this.#subject.pass(ms);
    let keys: SdkKeys = { sdkKey: '', mobileKey: '', clientSideId: '' };
    const fixture = await buildFixture({ send, tell, pass, admin: admin.token }, this.#count++);
    const environment = await send({ path: `projects/${fixture.project}/environments/test` });
    keys = { sdkKey: environment.apiKey, mobileKey: environment.mobileKey, clientSideId: environment._id };
    this.learn(JSON.stringify(fixture));
    return { fixture, keys, known: this.#known };
  }

  /** Remembers the ids and keys in an answer. */
  learn(text: string): void {
    const found = new Set<string>();
    collect(parseJson(text), found, 200);
    for (const id of found) if (!this.#known.includes(id) && !this.#own.has(id)) this.#known.push(id);
    this.#known.splice(10, this.#known.length - MAX_KNOWN);
  }

  /** Deletes what earlier worlds have left, so that the store stays small. */
  async #clear(): Promise<void> {
    const lists = ['projects', 'teams', 'roles', 'tokens', 'webhooks', 'members', 'code-refs/repositories'];
    for (const list of [...lists, 'applications', 'account/relay-auto-configs']) {
      const { items = [] } = await this.#try({ path: `${list}?limit=100`, headers: BETA });
      for (const item of items as readonly Readonly<Record<string, string>>[]) {
        if (item['key'] === 'default' || this.#own.has(item['_id'] ?? '')) continue;
        const id = list === 'code-refs/repositories' ? item['name'] : (item['key'] ?? item['_id']);
        const byId = ['tokens', 'members', 'webhooks', 'account/relay-auto-configs'].includes(list);
        const path = `${list}/${encodeURIComponent(String(byId ? item['_id'] : id))}`;
        await this.#try({ method: 'DELETE', path, headers: BETA });
      }
    }
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into without ceremony
  async #try(request: TestRequest): Promise<any> {
    return this.#send(request).catch(() => ({}));
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into without ceremony
  async #send({ method = 'GET', path, body, headers, token }: TestRequest): Promise<any> {
    const answer = await this.#sender.send({
      method,
      path: path.startsWith('/') ? path : `/api/v2/${path}`,
      headers: { authorization: token ?? this.#subject.token, 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    this.learn(answer.body);
    return parseJson(answer.body);
  }
}

const NAMES_OF_IDS: ReadonlySet<string> = new Set([
  '_id',
  'id',
  'key',
  'projectKey',
  'flagKey',
  'environmentKey',
  'kind',
  'name',
]);

function collect(value: unknown, found: Set<string>, most: number): void {
  for (const [name, member] of Object.entries(asObject(value))) {
    if (found.size >= most) return;
    if (typeof member === 'string' && NAMES_OF_IDS.has(name) && member.length > 0 && member.length < 60)
      found.add(member);
    collect(member, found, most);
  }
}
