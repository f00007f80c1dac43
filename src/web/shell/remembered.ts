/** What this browser remembers of a person's choices; nothing where it may not remember anything. */
export function remembered(name: string): string | undefined {
  try {
    return localStorage.getItem(`slipway.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`slipway.${name}`, value);
  } catch {
    // A browser that keeps nothing: the choice holds for this page.
  }
}
