import fc from 'fast-check';

/** Decisions that a seed determines. */
export interface Chance {
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** Whether something happens that happens `percent` times in a hundred. */
  happens(percent: number): boolean;
  /** A value of a kind. @param kind made once, outside of functions: values are drawn per object */
  draw<T>(kind: fc.Arbitrary<T>): T;
}

/** All decisions of one request. */
export function chanceOf(seed: number): Chance {
  const [generate] = fc.sample(fc.gen(), { seed, numRuns: 1 });
  if (!generate) throw new Error('fast-check gave nothing');
  const draw = <T>(kind: fc.Arbitrary<T>): T => generate(builderOf(kind));
  const below = (count: number) => generate(evenly, count);
  return {
    draw,
    pick: <T>(list: readonly T[]) => list[below(list.length)] as T,
    happens: (percent) => below(100) < percent,
  };
}

/** fast-check likes the ends of ranges best; here every number is as good as another. */
const evenly = (count: number) => fc.noBias(fc.nat({ max: count - 1 }));

/** fast-check compares arguments of builders deeply, which kinds are too deep for; so each has a builder of its own. */
const builders = new WeakMap<object, () => unknown>();

function builderOf<T>(kind: fc.Arbitrary<T>): () => fc.Arbitrary<T> {
  const builder = (builders.get(kind) as (() => fc.Arbitrary<T>) | undefined) ?? (() => kind);
  builders.set(kind, builder);
  return builder;
}
