/** A firmware that logs for ever and is reset at random: what stood in its ring is looked at each time, and again after the next start. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, PSRAM } from './firmware.ts';
import { type ImageEntry, KIND, type RingImage, readImage } from './proof/image.ts';
import { Emulator } from './proof/qmp.ts';
import { randomFrom } from './proof/script.ts';

const RESETS = Number(process.env['NOINIT_PROOF_RESETS'] ?? 300);

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'nm'], 'a reset at a random moment', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'noinit-resets-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    `leaves every entry that was written, ${RESETS} times`,
    async () => {
      const elf = buildFirmware({
        board: 'mps2-an385',
        sources: [join(DEVICE, 'tests/proof/soak.c')],
        ram: PSRAM,
        logLength: '4K',
        optimisation: '-O2',
        out: join(folder, 'soak.elf'),
      });
      const [start, end] = [symbol(elf, '__noinit_log_start'), symbol(elf, '__noinit_log_end')];
      const emulator = await Emulator.start('mps2-an385', elf, folder);
      const random = randomFrom(11);
      const seen = { entries: 0, open: 0, boots: 0, overlaps: 0 };
      try {
        let before: RingImage | undefined;
        for (let i = 0; i < RESETS; i++) {
          await sleep(random(5));
          await emulator.pause();
          const image = readImage(emulator.memory(start, end - start));
          if (image !== undefined) {
            seen.entries += image.next - (before?.next ?? 0);
            seen.open += image.entries.filter((entry) => entry.kind === KIND.open).length;
            expectWhole(image);
            if (before !== undefined && image.tail < before.next) seen.overlaps += 1;
            if (before !== undefined) expectOlder(before, image);
          }
          if (image === undefined) expect(before, 'a ring does not vanish').toBeUndefined();
          before = image;
          await emulator.reset();
          await emulator.resume();
        }
      } finally {
        await emulator.end();
      }
      console.log(
        `${RESETS} resets, ${seen.entries} entries written, ${seen.open} open ones met, ${seen.overlaps} looks at the boot before`,
      );
      expect(seen.entries).toBeGreaterThan(RESETS);
    },
    60_000 * Math.ceil(RESETS / 300),
  );
});

function symbol(elf: string, name: string): number {
  const line = execFileSync('nm', [elf], { encoding: 'utf8' })
    .split('\n')
    .find((text) => text.endsWith(` ${name}`));
  return Number.parseInt(line ?? '', 16);
}

/** Numbers follow each other, nothing is lost or damaged; within a boot the firmware's own count goes up by one. */
function expectWhole(image: RingImage): void {
  expect(image.damaged).toBe(0);
  expect(image.lost).toBe(0);
  for (const [i, entry] of image.entries.entries()) expect(entry.number).toBe(image.tail + i);
}

/** Of the boot before, all is still there that was not overwritten. */
function expectOlder(before: RingImage, image: RingImage): void {
  const now = new Map(image.entries.map((entry) => [entry.number, entry]));
  for (const old of before.entries) {
    if (old.number < image.tail || old.kind === KIND.open) continue;
    expect(keyOf(now.get(old.number))).toBe(keyOf(old));
  }
}

function keyOf(entry: ImageEntry | undefined): string {
  return entry === undefined ? 'missing' : `${entry.kind} ${entry.stamp} ${Buffer.from(entry.body).toString('hex')}`;
}
