/** Items with the one at a place put before the one at another. @param to from 0 to the number of items */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined) return items;
  const rest = items.toSpliced(from, 1);
  return rest.toSpliced(to > from ? to - 1 : to, 0, item);
}
