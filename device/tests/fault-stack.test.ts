/**
 * The deepest use of the fault stack, painted on QEMU. It is how far NOINIT_FAULT_STACK_BYTES may go down: the figures stand in
 * docs/design/crash-capture.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { type Board, buildFirmware, DEVICE, runQemu } from './firmware.ts';

const KINDS = { fault: 1, assert: 2, overflow: 3, memory: 4, panic: 5, abort: 6, snapshot: 7, floats: 8 } as const;
const BOARDS = ['microbit', 'mps2-an385', 'mps2-an386', 'mps2-an505'] as const;
/** As in noinit/config.h. */
const DEFAULT_BYTES = 320;
const DEFAULT_BYTES_WITH_LOG = 384;

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'the stack of the fault handler', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-fault-stack-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Bytes used, the most of all kinds. */
  function deepest(board: Board, optimisation: string, options: readonly string[] = []): number {
    const elf = buildFirmware({
      board,
      sources: [join(DEVICE, 'tests/qemu/fault_stack.c')],
      out: join(folder, `${board}${optimisation}.elf`),
      optimisation,
      cflags: ['-Wl,--wrap=noinit_port_reset', '-DNOINIT_FAULT_STACK_BYTES=1024', '-DNOINIT_CRASH_CAPACITY=1024'].concat(
        '-DNOINIT_CRASH_STACK_BYTES=256',
        options,
      ),
    });
    const used = Object.entries(KINDS)
      .filter(([kind]) => kind !== 'floats' || board === 'mps2-an386' || board === 'mps2-an505')
      .map(([kind, number]) => {
        const run = runQemu({ board, elf, args: { kind: number } });
        const bytes = Number(/used (\d+)/.exec(run.text)?.[1]);
        expect(run.exitCode, run.text + run.stderr).toBe(0);
        expect(bytes, kind).toBeGreaterThan(0);
        return bytes;
      });
    return Math.max(...used);
  }

  it.each([
    ...BOARDS.flatMap((board) => ['-Os', '-O0'].map((optimisation) => [board, optimisation] as const)),
    ...['-O2', '-O3'].map((optimisation) => ['mps2-an385', optimisation] as const),
  ])(
    'is large enough on %s with %s',
    (board, optimisation) => {
      const bytes = deepest(board, optimisation);
      console.log(`${board} ${optimisation}: ${bytes} bytes`);
      expect(bytes).toBeLessThanOrEqual(DEFAULT_BYTES);
    },
    60_000,
  );

  it.each(['-Os', '-O0'])(
    'is large enough where a crash takes lines of the log along, with %s',
    (optimisation) => {
      const bytes = deepest('mps2-an385', optimisation, ['-DNOINIT_CRASH_LOG_BYTES=128']);
      console.log(`with the log, ${optimisation}: ${bytes} bytes`);
      expect(bytes).toBeLessThanOrEqual(DEFAULT_BYTES_WITH_LOG);
    },
    60_000,
  );
});
