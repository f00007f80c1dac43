let count = 0;

/** A name for something that the service has not given an id yet; told apart from its ids by its form. */
export function newId(): string {
  count += 1;
  return `new-${count}`;
}
