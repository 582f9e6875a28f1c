/** Tells when files grew, until somebody stops it. By asking for their sizes: not every file system tells of changes. */
import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const EVERY_MS = 200;

export async function followFiles(
  files: readonly string[],
  stopped: Promise<void>,
  onChange: () => Promise<void>,
): Promise<void> {
  let goesOn = true;
  const stop = stopped.then(() => {
    goesOn = false;
  });
  let before = await sizes(files);
  while (goesOn) {
    await Promise.race([wait(EVERY_MS), stop]);
    const now = await sizes(files);
    if (now === before) continue;
    before = now;
    await onChange();
  }
}

/** A file that is gone for a moment (a rotation) has none. */
async function sizes(files: readonly string[]): Promise<string> {
  const found = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => -1,
      ),
    ),
  );
  return found.join();
}
