import type { Clock } from '../../clock.ts';

/** Does something that ends when its time is over, or when the process is to stop. @param timeoutMs by the clock given */
export async function within<T>(
  { clock, timeoutMs, stop }: { readonly clock: Clock; readonly timeoutMs: number; readonly stop: AbortSignal },
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.every(timeoutMs, () => late.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    return await body(AbortSignal.any([late.signal, stop]));
  } finally {
    cancel();
  }
}
