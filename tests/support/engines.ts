import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createDatabase, dropDatabase } from './postgres.ts';

/** A store of its own for one test file, gone after `drop`. */
export interface TestStore {
  readonly url: string;
  drop(): Promise<void>;
}

/** One of the engines that every suite runs on. */
export interface TestEngine {
  readonly name: 'sqlite' | 'postgres';
  create(): Promise<TestStore>;
}

const sqlite: TestEngine = {
  name: 'sqlite',
  create: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
    return {
      url: `sqlite:${join(folder, 'slipway.db')}`,
      drop: async () => rmSync(folder, { recursive: true }),
    };
  },
};

const postgres: TestEngine = {
  name: 'postgres',
  create: async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const url = await createDatabase(inject('postgresUrl'), name);
    return { url, drop: () => dropDatabase(inject('postgresUrl'), name) };
  },
};

/** The engines of this run: both, unless there is no PostgreSQL outside of CI. */
export const ENGINES: readonly TestEngine[] = inject('postgresUrl') === '' ? [sqlite] : [sqlite, postgres];
