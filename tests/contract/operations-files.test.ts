import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { createMetrics } from '../../src/metrics.ts';
import { Outside } from '../support/outside.ts';
import { startProcess } from '../support/process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { version, optionalDependencies } = JSON.parse(read('package.json'));

describe('the dashboard and the alerts', () => {
  /** Every name that a scrape may have, histograms with their three. */
  const scraped = new Map(
    createMetrics()
      .registry.getMetricsAsArray()
      .flatMap((metric): [string, readonly string[]][] => {
        const { name, labelNames } = metric as unknown as { name: string; labelNames: readonly string[] };
        if (metric.constructor.name !== 'Histogram') return [[name, labelNames]];
        return [
          [`${name}_bucket`, [...labelNames, 'le']],
          [`${name}_sum`, labelNames],
          [`${name}_count`, labelNames],
        ];
      }),
  );
  /** Set by Prometheus itself. */
  const OF_TARGETS = ['instance', 'job'];

  interface Panel {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }
  const dashboard = JSON.parse(read('ops/grafana/slipway.json')) as { readonly panels: readonly Panel[] };
  const alerts = (
    parse(read('ops/prometheus/alerts.yml')) as {
      readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
    }
  ).groups.flatMap(({ rules }) => rules);
  const queries = [
    ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
    ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ];

  it.each(queries)('ask in "%s" for metrics and labels that there are', (_title, query) => {
    const asked = [...query.matchAll(/\b((?:slipway|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)];
    expect(asked).not.toEqual([]);
    for (const [, name = '', selectors = ''] of asked) {
      expect([name, scraped.has(name)]).toEqual([name, true]);
      const labels = [...selectors.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label);
      expect([...(scraped.get(name) ?? []), ...OF_TARGETS]).toEqual(expect.arrayContaining(labels));
    }
  });

  it('use every metric of ours somewhere', () => {
    const asked = queries.map(([, query]) => query).join('\n');
    const ours = createMetrics()
      .registry.getMetricsAsArray()
      .filter(({ name }) => name.startsWith('slipway_'));
    expect(ours.map(({ name }) => name).filter((name) => !asked.includes(name))).toEqual([]);
  });

  it('are in docs/operating.md, one line for each alert', () => {
    const told = [...read('docs/operating.md').matchAll(/^\| `(Slipway\w+)` \|/gm)].map(([, alert]) => alert);
    expect(told).toEqual(alerts.map(({ alert }) => alert));
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  it('has the Node that package.json pins', () => {
    const [, node] = /^ARG NODE_VERSION=(\S+)$/m.exec(dockerfile) ?? [];
    expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([node]));
  });

  it('is made of files that there are and that .dockerignore lets in', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
      paths.split(' '),
    );
    const letIn = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(new Set(sources.map((path) => path.replace(/^\.\//, '')))).toEqual(new Set(letIn));
  });

  it('starts the service as npm start does, but for the set-up', async () => {
    const { SERVICE_OPTIONS } = await import('../../scripts/node-settings.mjs');
    expect(dockerfile).toContain(
      `ENTRYPOINT ${JSON.stringify(['node', ...SERVICE_OPTIONS, 'build/main.js']).replaceAll(',', ', ')}\nCMD ["start"]\n`,
    );
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });
});

describe('the health check of the image', () => {
  const check = async (environment: Readonly<Record<string, string>>) => {
    const [code] = await once(
      spawn(process.execPath, [join(ROOT, 'scripts/check-health.mjs')], { env: environment, stdio: 'inherit' }),
      'exit',
    );
    return code as number;
  };

  it('passes while the service serves, and fails when it does not', async () => {
    const slipway = await startProcess({ DATABASE_URL: 'sqlite::memory:' });
    const { port } = new URL(slipway.url);
    expect(await check({ PORT: port })).toBe(0);
    expect(await check({ PORT: port, SLIPWAY_TLS_CERT: 'cert.pem' })).toBe(1);
    await slipway.stop('SIGTERM');
    expect(await check({ PORT: port })).toBe(1);
  });

  it('fails when something else answers', async () => {
    const outside = new Outside();
    await outside.up();
    outside.answer = { status: 503 };
    expect(await check({ PORT: new URL(outside.url).port })).toBe(1);
    await outside.down();
  });
});

describe('compose.yaml and the manifests of Kubernetes', () => {
  interface Manifest {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    // oxlint-disable-next-line typescript/no-explicit-any -- only some members are looked at, of many kinds
    readonly [member: string]: any;
  }
  const folder = 'ops/kubernetes';
  const manifests = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .flatMap((path) => parseAllDocuments(read(join(folder, path))).map((document) => document.toJS() as Manifest));
  const one = (kind: string): Manifest => {
    const [found, ...others] = manifests.filter((manifest) => manifest.kind === kind);
    if (!found || others.length > 0) throw new Error(`Expected one ${kind}`);
    return found;
  };

  it('speak of this version, its port and its probes', () => {
    const { template, replicas } = one('Deployment')['spec'];
    const [container] = template.spec.containers;
    expect(replicas).toBe(2);
    expect(container.image).toMatch(new RegExp(`:${version}$`));
    expect(container.ports).toEqual([{ name: 'http', containerPort: 4300 }]);
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
  });

  it('find each other', () => {
    const labels = { 'app.kubernetes.io/name': 'slipway' };
    const { spec } = one('Deployment');
    expect(spec.selector.matchLabels).toEqual(labels);
    expect(spec.template.metadata.labels).toEqual(labels);
    expect(one('Service')['spec'].selector).toEqual(labels);
    expect(one('PodDisruptionBudget')['spec'].selector.matchLabels).toEqual(labels);
    expect(one('ServiceMonitor')['spec'].selector.matchLabels).toEqual(labels);
    expect(spec.template.spec.containers[0].envFrom).toEqual([{ secretRef: { name: one('Secret').metadata.name } }]);
    expect(one('HorizontalPodAutoscaler')['spec'].scaleTargetRef.name).toBe(one('Deployment').metadata.name);
  });

  it('set variables that there are', () => {
    const { services } = parse(read('compose.yaml'));
    const [container] = one('Deployment')['spec'].template.spec.containers;
    const names = [
      ...Object.keys(services.slipway.environment),
      ...Object.keys(one('Secret')['stringData']),
      ...container.env.map(({ name }: { name: string }) => name),
    ];
    const config = read('src/config.ts');
    expect(names.filter((name) => !config.includes(`'${name}'`))).toEqual([]);
    expect(services.slipway.ports).toEqual(['127.0.0.1:4300:4300']);
  });
});
