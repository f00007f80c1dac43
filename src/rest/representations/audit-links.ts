import type { ChangeKind } from '../../domain/change.ts';
import type { Link } from '../../wire/rest/common.ts';
import { apiLink, pageLink } from '../links.ts';

/** The names in a resource such as `proj/shop:env/test:flag/new-cart`, by the types of its parts. */
export function namesIn(resource: string): Readonly<Record<string, string>> {
  const parts = resource.split(':').map((part): [string, string] => {
    const slash = part.indexOf('/');
    return [part.slice(0, slash), part.slice(slash + 1)];
  });
  return Object.fromEntries(parts);
}

type Names = ReturnType<typeof namesIn>;

/** Where a changed resource is: in the API, and on a page for people. */
interface Places {
  readonly api: (names: Names) => readonly (string | undefined)[];
  readonly page: (names: Names) => readonly (string | undefined)[];
}

const inProject = (collection: string, type = collection.replace(/s$/, '')): Places => ({
  api: (names) => ['projects', names['proj'], collection, names[type]],
  page: (names) => [names['proj'], collection, names[type]],
});
const inAccount = (collection: string, type = collection.replace(/s$/, '')): Places => ({
  api: (names) => [collection, names[type]],
  page: (names) => ['settings', collection, names[type]],
});

/** Where resources of each kind are. */
const PLACES: Readonly<Record<ChangeKind, Places>> = {
  account: { api: () => [], page: () => ['settings'] },
  application: inAccount('applications'),
  'code-reference-repository': {
    api: (names) => ['code-refs', 'repositories', names['code-reference-repository']],
    page: () => ['settings', 'code-references'],
  },
  'context-kind': inProject('context-kinds'),
  environment: {
    api: (names) => ['projects', names['proj'], 'environments', names['env']],
    page: (names) => ['settings', 'projects', names['proj'], 'environments', names['env']],
  },
  flag: {
    api: (names) => ['flags', names['proj'], names['flag']],
    page: (names) => [names['proj'], names['env'], 'features', names['flag']],
  },
  member: inAccount('members'),
  metric: { ...inProject('metrics'), api: (names) => ['metrics', names['proj'], names['metric']] },
  'metric-group': inProject('metric-groups'),
  project: { api: (names) => ['projects', names['proj']], page: (names) => ['settings', 'projects', names['proj']] },
  'relay-proxy-config': {
    api: (names) => ['account', 'relay-auto-configs', names['relay-proxy-config']],
    page: () => ['settings', 'relay-proxies'],
  },
  release: {
    api: (names) => ['flags', names['proj'], names['flag'], 'release'],
    page: (names) => [names['proj'], 'releases', names['flag']],
  },
  'release-pipeline': inProject('release-pipelines'),
  'release-policy': inProject('release-policies', 'release-policy'),
  role: inAccount('roles'),
  segment: {
    api: (names) => ['segments', names['proj'], names['env'], names['segment']],
    page: (names) => [names['proj'], names['env'], 'segments', names['segment']],
  },
  team: inAccount('teams'),
  token: {
    api: (names) => ['tokens', names['token'] ?? names['service-token']],
    page: () => ['settings', 'tokens'],
  },
  webhook: inAccount('webhooks'),
};

/** The links of a changed resource: `canonical` in the API, `site` for people. */
export function targetLinks(kind: ChangeKind, resource: string): { canonical: Link; site: Link } {
  const names = namesIn(resource);
  const known = (segments: readonly (string | undefined)[]) => segments.filter((segment) => segment !== undefined);
  return { canonical: apiLink(...known(PLACES[kind].api(names))), site: pageLink(...known(PLACES[kind].page(names))) };
}
