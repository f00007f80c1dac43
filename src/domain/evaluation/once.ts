/**
 * What is worked out from an object, once for each object however often it is asked for. For objects that never change:
 * flags and segments are evaluated many times and replaced as a whole.
 */
export function once<T extends object, R>(make: (thing: T) => R): (thing: T) => R {
  const made = new WeakMap<T, { readonly result: R }>();
  return (thing) => {
    const known = made.get(thing);
    if (known) return known.result;
    const result = make(thing);
    made.set(thing, { result });
    return result;
  };
}
