/** Every door for a short time, and everything that was ever found. `npm run fuzz` is the long way (fuzz/README.md). */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SECONDS = Number(process.env['NOINIT_FUZZ_SECONDS'] ?? (process.env['NOINIT_STRICT'] === '1' ? 10 : 2));
/** Each door has a process of its own; two at a time leave nothing idle on the machines that check changes. */
const LANES = 2;
/** To start, to try a find again alone, to make it smaller. */
const SPARE_SECONDS = 60;

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

function run(script: string, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args]);
  return new Promise((resolve) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text));
    child.on('close', (status) => resolve({ status, output }));
  });
}

async function runInLanes(doors: readonly string[]): Promise<readonly Ended[]> {
  const waiting = [...doors];
  const ended: Ended[] = [];
  const lane = async () => {
    for (let door = waiting.shift(); door !== undefined; door = waiting.shift()) {
      ended.push(await run('./fuzz.mjs', door, String(SECONDS)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return ended;
}

describe('fuzzing', () => {
  it('finds nothing that it found before', { timeout: SPARE_SECONDS * 1000 }, async () => {
    const { status, output } = await run('./replay.mjs');
    expect(output).toContain(' 0 failures');
    expect(status).toBe(0);
  });

  it(`finds nothing new in ${SECONDS} s a door`, { timeout: (SECONDS * 8 + SPARE_SECONDS) * 1000 }, async () => {
    const { output } = await run('./fuzz.mjs', '--list');
    const doors = output.trim().split('\n');
    expect(doors.length).toBeGreaterThan(5);
    for (const { status, output: found } of await runInLanes(doors)) {
      expect(found).toContain(', 0 finds');
      expect(status).toBe(0);
    }
  });
});
