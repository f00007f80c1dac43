import { describe, expect, it } from 'vitest';
import { Sightings } from './sightings.ts';
import type { Deps } from '../operations/write.ts';

/** A store that does not answer. */
function brokenDeps(): Deps {
  const fail = () => {
    throw new Error('no store');
  };
  return {
    clock: { now: () => 0, elapsed: () => 0, every: fail },
    database: { db: { selectFrom: fail } },
  } as unknown as Deps;
}

describe('Sightings', () => {
  it('tells of what could not be stored, and tries again at the next request', async () => {
    const errors: unknown[] = [];
    const sightings = new Sightings(brokenDeps(), (error) => errors.push(error));
    sightings.note({ key: 'shop', kind: 'server' });
    sightings.note({ key: 'shop', kind: 'server' });
    await sightings.settled();
    expect(errors).toHaveLength(1);
    sightings.note({ key: 'shop', kind: 'server' });
    await sightings.settled();
    expect(errors).toHaveLength(2);
  });

  it('lets go of what comes while a hundred wait', async () => {
    const errors: unknown[] = [];
    const sightings = new Sightings(brokenDeps(), (error) => errors.push(error));
    for (let index = 0; index < 150; index++) sightings.note({ key: `app-${index}`, kind: 'server' });
    await sightings.settled();
    expect(errors).toHaveLength(100);
  });
});
