/**
 * Secrets never leave: a firmware with a key in the middle of captured memory crashes, and every byte that it sends is searched for every
 * piece of the key. Copies on a stack or in a log line are not covered, so it makes none.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@noinit/bytes';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Board, buildFirmware, DEVICE, runQemu, WARNINGS } from './firmware.ts';
import { crashOf, recordsOf } from './records.ts';

const BOARDS = ['microbit', 'mps2-an385', 'mps2-an505', 'rv32'] as const;
const SOURCE = join(DEVICE, 'tests/qemu/secrets.c');
const SEED = 0x1234_5678;

const TOOLS = ['arm-none-eabi-gcc', 'qemu-system-arm', 'riscv64-unknown-elf-gcc', 'qemu-system-riscv32'] as const;

describeWith(TOOLS, 'a key inside a captured region', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-secrets-'));
  const elves = new Map<Board, string>();
  beforeAll(() => {
    for (const board of BOARDS) {
      const out = join(folder, `${board}.elf`);
      elves.set(board, buildFirmware({ board, sources: [SOURCE], out, cflags: [...WARNINGS, '-Werror'] }));
    }
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const send = (board: Board, snapshot: boolean) => {
    const args = { seed: SEED, random: 7, snapshot: snapshot ? 1 : 0 };
    const run = runQemu({ board, elf: elves.get(board) ?? '', args, timeoutMs: 15_000 });
    expect(run.exitCode, run.text + run.stderr).toBe(0);
    return run;
  };

  it.each(
    BOARDS.flatMap((board) => [false, true].map((snapshot) => [board, snapshot ? 'a snapshot' : 'a crash', snapshot] as const)),
  )(
    '%s: is in no byte of %s, while what lies beside it is',
    (board, _name, snapshot) => {
      const run = send(board, snapshot);
      const sent = run.uart;
      const whole = hexOf(run.chunks);
      for (const piece of piecesOf(makeKey(SEED))) {
        expect(whole.includes(piece), `${piece} in a chunk`).toBe(false);
        expect(Buffer.from(sent).includes(Buffer.from(piece, 'hex')), `${piece} raw`).toBe(false);
      }
      const { dump } = crashOf(recordsOf(run.chunks));
      const data = dump.regions.filter(({ kind }) => kind === 'data').map(({ bytes }) => toHex(bytes));
      expect(data.join()).toContain('01000d60');
      expect(data.join()).toContain('03000d60');
    },
    60_000,
  );

  it('would be found: the same firmware without the word sends it', () => {
    const out = join(folder, 'open.elf');
    const cflags = [...WARNINGS, '-Werror', '-DNOT_SECRET'];
    const elf = buildFirmware({ board: 'mps2-an385', sources: [SOURCE], out, cflags });
    const sent = hexOf(runQemu({ board: 'mps2-an385', elf, args: { seed: SEED, random: 7 } }).chunks);
    expect(sent).toContain(toHex(makeKey(SEED)));
  }, 60_000);
});

const hexOf = (chunks: readonly Uint8Array[]): string => chunks.map((chunk) => toHex(chunk)).join('');

/** As make_key in secrets.c. */
function makeKey(seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: 24 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

/** Every four bytes that follow one another, in both orders of a word. */
function piecesOf(key: Uint8Array): string[] {
  const pieces = Array.from({ length: key.length - 3 }, (_, at) => key.subarray(at, at + 4));
  return pieces.flatMap((piece) => [toHex(piece), toHex(piece.toReversed())]);
}
