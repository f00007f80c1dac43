import type { PageSession } from '../page-session.ts';

/** Where a page finds the service, the environment and the flag: in its own address. */
export function readAddress(): { readonly url: string; readonly id: string; readonly flag: string } {
  const parameters = new URLSearchParams(location.search);
  const read = (name: string) => parameters.get(name) ?? '';
  return { url: read('url'), id: read('id'), flag: read('flag') };
}

/** Shows a value, and keeps the session for the test. */
export function show(session: PageSession): void {
  document.body.textContent = String(session.value);
  Object.assign(globalThis, { session });
}
