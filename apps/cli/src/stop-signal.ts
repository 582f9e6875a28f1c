const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** A stop that hangs longer than this, in milliseconds, is no longer waited for. Nothing acknowledged is lost by that. */
const PATIENCE = 10_000;

/**
 * Resolves at Ctrl-C or SIGTERM. Repeated signals change nothing: a terminal sends one to the whole process group, and npm
 * passes its own on.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        resolve();
        setTimeout(() => process.exit(1), PATIENCE).unref();
      });
    }
  });
}
