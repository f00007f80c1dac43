/** How long a stop may take before the process ends anyway. */
const STOP_DEADLINE_MS = 10_000;

/** Ends the process on a signal. A second one changes nothing: terminals and npm both pass Ctrl-C on. */
export function stopOnSignal(stop: () => Promise<void>): void {
  const onSignal = () => {
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
}
