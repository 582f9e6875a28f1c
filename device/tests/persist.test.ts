/**
 * The Consumer over two starts of the same memory: the twins of what defmt-persist runs on QEMU (basic, async, wraparound, persist, panic,
 * corrupt; its unit tests have theirs in native/test_consumer.c). Memory is a host file, so that a start may find it damaged.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, fromHex } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { decodeBlockStream, type LogDictionary, type LogRingDecoding, readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, PSRAM, type QemuRun, runQemu } from './firmware.ts';

const BOARD = 'mps2-an385';
const SCENARIO = { basic: 1, wake: 2, wraparound: 3, persist: 4, panic: 5, corrupt: 6 } as const;

/** Where the log's region stands in the host file, and what of its header is damaged: docs/formats/log-ring.md. */
const REGION = 4 * 1024 * 1024 - 2048;
const MAGIC_FIRST_BYTE = REGION;
const RELEASED_TOP_BYTE = REGION + 35;
const HEAD_TOP_BYTE = REGION + 23;

const FIRST_START = [1, 2, 3, 4, 5, 6].map((i) => `message ${i} of the first start`);

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'the Consumer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-persist-'));
  const elf = join(folder, 'persist.elf');
  let dictionary: LogDictionary;
  beforeAll(() => {
    buildFirmware({
      board: BOARD,
      sources: [join(DEVICE, 'tests/qemu/persist.c')],
      ram: PSRAM,
      cflags: ['-Wall', '-Wextra', '-Werror', '-DNOINIT_LOG_CONSUMER=1', '-DNOINIT_PACKETIZER_LOG=0'],
      out: elf,
    });
    dictionary = readDictionary(parseElf(readFileSync(elf)));
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** One start, up to its end or its reset. */
  function start(scenario: number, ramFile: string): QemuRun {
    // Time is instructions: a machine that is busy with something else does not move the interrupts.
    const qemuArgs = ['-no-reboot', '-icount', 'shift=5,sleep=off'];
    const run = runQemu({ board: BOARD, elf, args: { scenario, random: 7 }, ramFile, qemuArgs, timeoutMs: 20_000 });
    expect(run.exitCode, run.text + run.stderr).toBe(0);
    return run;
  }

  const memory = (name: string): string => join(folder, `${name}.bin`);
  const decode = (...runs: readonly QemuRun[]): LogRingDecoding =>
    decodeBlockStream(concatBytes(runs.map(streamOf)), { dictionaryOf: () => dictionary });

  function textsOf(...runs: readonly QemuRun[]): string[] {
    const { segments, damage } = decode(...runs);
    expect(damage).toEqual([]);
    return segments.flatMap(({ lines }) => lines.map(({ text }) => text));
  }

  it('basic: what was printed and every level, in order', () => {
    const { segments, damage } = decode(start(SCENARIO.basic, memory('basic')));
    expect(damage).toEqual([]);
    expect(segments.flatMap(({ lines }) => lines.map(({ kind, level, text }) => [kind ?? level, text]))).toEqual([
      ['text', 'printed 1\n'],
      ['error', 'error 2'],
      ['warning', 'warning 3'],
      ['info', 'info 4'],
      ['debug', 'debug 5'],
    ]);
  });

  it('wake: an interrupt logs, the reader is woken once for each line and for nothing else', () => {
    const run = start(SCENARIO.wake, memory('wake'));
    expect(run.text.split('\n').filter((line) => /^[wd]o/.test(line))).toEqual(['woken', 'woken', 'woken', 'done']);
    expect(textsOf(run)).toEqual(['message 1', 'message 2', 'message 3']);
  });

  it('wraparound: a thousand lines, read every twenty, go many times round and all arrive', () => {
    expect(textsOf(start(SCENARIO.wraparound, memory('wraparound')))).toEqual(
      Array.from({ length: 1000 }, (_, i) => `message ${i} of a thousand`),
    );
  });

  it('persist: what nobody read is there at the next start, before its own lines', () => {
    const ram = memory('persist');
    expect(streamOf(start(SCENARIO.persist, ram))).toHaveLength(0);
    const { segments, damage } = decode(start(SCENARIO.persist, ram));
    expect(damage).toEqual([]);
    expect(segments.map(({ start, lines }) => [start?.boot, lines.map(({ text }) => text)])).toEqual([
      [1, FIRST_START],
      [2, ['hello from start 2']],
    ]);
  });

  it('panic: the line before, the text of several lines, and the assertion arrive; what was read before does not come again', () => {
    const ram = memory('panic');
    const runs = [start(SCENARIO.panic, ram)];
    runs.push(start(SCENARIO.panic, ram));
    const texts = ['before the panic', 'panicked at main:\nindex 9, length 4\n', 'index 9 of 4', 'hello from start 2'];
    expect(textsOf(...runs.slice(0, 1))).toEqual(['drained']);
    expect(textsOf(...runs)).toEqual(['drained', ...texts]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('corrupt: damage %i of magic (1), released (2), head (4)', (damaged) => {
    const ram = memory('corrupt');
    if (damaged === 0) start(SCENARIO.corrupt, ram);
    const copy = memory(`corrupt-${damaged}`);
    copyFileSync(ram, copy);
    const bytes = readFileSync(copy);
    if (damaged & 1) bytes[MAGIC_FIRST_BYTE] = 0;
    if (damaged & 2) bytes[RELEASED_TOP_BYTE] = 0xff;
    if (damaged & 4) bytes[HEAD_TOP_BYTE] = 0xff;
    writeFileSync(copy, bytes);
    const texts = textsOf(start(SCENARIO.corrupt, copy));
    // A wrong magic is another program's memory. Places that do not check are found again from the blocks.
    expect(texts).toEqual([...(damaged & 1 ? [] : FIRST_START), 'hello from start 2']);
  });
});

function streamOf(run: QemuRun): Uint8Array {
  return concatBytes([...run.text.matchAll(/^bytes ([0-9a-f]+)$/gm)].map((match) => fromHex(match[1] ?? '')));
}
