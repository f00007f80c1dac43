import type { TestApp } from './app.ts';

/** What `GET /metrics` says: the sum of the samples of a name that have these labels; undefined when there are none. */
export type Scrape = (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;

/** Asks a service for its metrics, without a credential. */
export async function scrape(app: Pick<TestApp, 'call'>): Promise<Scrape> {
  const { body } = await app.call({ path: '/metrics', token: null });
  return readScrape(String(body));
}

/** Reads the text of `GET /metrics`. */
export function readScrape(text: string): Scrape {
  const samples = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups);
  return (name, labels = {}) => {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const found = samples.filter(
      (sample) =>
        sample?.['name'] === name && wanted.every((one) => sample['labels']?.split(/,(?=\w+=")/).includes(one)),
    );
    return found.length === 0 ? undefined : found.reduce((sum, sample) => sum + Number(sample?.['value']), 0);
  };
}
