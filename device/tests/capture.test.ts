/**
 * `noinit capture --gdb` at the fault, and the dump that the device itself sends after the reset: one trace. The target is QEMU with its own gdb
 * server; look-alikes of other servers are in apps/cli/test/capture.test.ts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '@noinit/cli';
import { readDump } from '@noinit/dumps';
import { parseElf } from '@noinit/elf';
import { type LogDictionary, readDictionary } from '@noinit/logs';
import type { CodeFrame, CrashRecord, Dump, Trace, TraceFrame, Variable } from '@noinit/model';
import { explainDump, loadDisassembler } from '@noinit/postmortem';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFaults, optionsOf, type Where } from './faults/crash-run.ts';
import { type Board, buildFirmware, DEVICE, type RunOptions } from './firmware.ts';
import { LiveTarget } from './live-target.ts';
import { crashOf, recordsOf } from './records.ts';

const disassemble = await loadDisassembler();
const LONG_MS = 60_000;

interface Firmware {
  readonly elf: string;
  readonly symbols: Symbols;
  readonly dictionary: LogDictionary;
}

interface Both {
  /** What `noinit capture` said. */
  readonly said: { readonly code: number; readonly out: string; readonly error: string };
  /** At the fault, and after the reset. */
  readonly live: Trace;
  readonly sent: Trace;
  readonly crash: CrashRecord;
}

async function captureAndCrash({ elf, symbols, dictionary }: Firmware, run: RunOptions, folder: string): Promise<Both> {
  const target = LiveTarget.start(run, join(folder, 'gdb.sock'));
  try {
    await target.runTo(symbols.symbolNamed('noinit_fault_entry')?.address ?? 0);
    const file = join(folder, 'live.dump');
    const said = await noinit('capture', '--gdb', target.gdb, '--elf', elf, '-o', file);
    const crash = crashOf(recordsOf(await target.finish()));
    const live = explainDump(readDump(new Uint8Array(readFileSync(file))), symbols, { disassemble, dictionary });
    return { said, live, sent: explainDump(crash.dump, symbols, { disassemble }), crash };
  } finally {
    target.stop();
  }
}

async function noinit(...words: readonly string[]): Promise<Both['said']> {
  const said = { out: '', error: '' };
  const code = await main(words, {
    out: (text) => {
      said.out += text;
    },
    error: (text) => {
      said.error += text;
    },
  });
  return { code, ...said };
}

/** The handler stands above what it interrupted: from the exception on it is the trace of the crash. */
function expectSameTrace({ live, sent }: Both): void {
  const frames = live.threads[0]?.frames ?? [];
  const exception = frames.findIndex(({ kind }) => kind === 'exception');
  expect(frames[0]).toMatchObject({ kind: 'call', function: 'noinit_fault_entry' });
  expect(exception).toBe(1);
  const interrupted = frames.slice(exception + 1);
  const wanted = sent.threads[0]?.frames ?? [];
  expect(interrupted.map(placeOf)).toEqual(wanted.map(placeOf));
  // Out of the log's own region, which the capture took along.
  expect(live.log?.map(({ text }) => text)).toEqual(['start 1']);
  for (const [index, frame] of wanted.entries()) expectSameVariables(interrupted[index], frame);
}

const placeOf = (frame: TraceFrame): string =>
  frame.kind === 'exception' ? `<${frame.exception}>` : `${frame.kind} ${frame.function} ${frame.file}:${frame.line} ${frame.pc}`;

/** Every value that the dump has, the capture has too; it may have more, for it took all RAM. */
function expectSameVariables(live: TraceFrame | undefined, sent: TraceFrame): void {
  if (sent.kind === 'exception') return;
  const values = new Map(knownValues((live as CodeFrame).variables));
  for (const [path, value] of knownValues(sent.variables)) expect(`${path} = ${values.get(path)}`).toBe(`${path} = ${value}`);
}

function knownValues(variables: readonly Variable[], before = ''): [string, string][] {
  return variables.flatMap((variable): [string, string][] => {
    const path = `${before}${variable.name}`;
    const own: [string, string][] = 'value' in variable ? [[path, variable.value]] : [];
    return [...own, ...knownValues(variable.children ?? [], `${path}.`)];
  });
}

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a capture at the fault of a Cortex-M', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-capture-'));
  const built = new Map<Board, ReturnType<typeof buildFaults>>();
  beforeAll(() => {
    for (const board of BOARDS) built.set(board, buildFaults({ board, folder }));
  }, LONG_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(CASES)(
    '%s: %s in %s gives the trace that the device sends after its reset',
    async (board, scenario, where) => {
      const firmware = built.get(board);
      if (firmware === undefined) throw new Error(`${board} was not built`);
      const both = await captureAndCrash(firmware, optionsOf(firmware, { scenario, where, args: { separate: 1 } }), folder);
      expect(both.said).toMatchObject({ code: 0, error: '' });
      expectSameTrace(both);
      expect(both.live.fault.sentence).toBe(both.sent.fault.sentence);
    },
    LONG_MS,
  );
});

const BOARDS: readonly Board[] = ['mps2-an385', 'mps2-an386', 'mps2-an505', 'microbit'];
const CASES: readonly (readonly [Board, string, Where])[] = [
  ...BOARDS.map((board) => [board, 'fault_undefined', 'main'] as const),
  ...BOARDS.map((board) => [board, 'fault_read_unmapped', 'thread'] as const),
  ['mps2-an385', 'fault_call_null', 'interrupt'],
  ['mps2-an386', 'fault_undefined', 'main with floats'],
  ['mps2-an505', 'fault_undefined', 'thread with floats'],
];

describeWith(['riscv64-unknown-elf-gcc', 'qemu-system-riscv32'], 'a capture at the trap of a RISC-V', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-capture-'));
  let firmware: Firmware | undefined;
  beforeAll(() => {
    const sources = [join(DEVICE, 'tests/qemu/riscv_crash.c')];
    const elf = buildFirmware({ board: 'rv32', sources, optimisation: '-Og', out: join(folder, 'riscv.elf') });
    const file = parseElf(new Uint8Array(readFileSync(elf)));
    firmware = { elf, symbols: loadSymbols(file), dictionary: readDictionary(file) };
  }, LONG_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['illegal', 'call_null', 'read_null', 'call_data'])(
    'rv32: %s gives the trace that the device sends after its reset',
    async (scenario) => {
      if (firmware === undefined) throw new Error('rv32 was not built');
      const place = firmware.symbols.symbolNamed(scenario)?.address ?? 0;
      const run: RunOptions = { board: 'rv32', elf: firmware.elf, args: { scenario: place, where: 0, random: 0x12345678 } };
      const both = await captureAndCrash(firmware, run, folder);
      expect(both.said).toMatchObject({ code: 0, error: '' });
      expectSameTrace(both);
      expect(both.live.fault.sentence).toBe(both.sent.fault.sentence);
    },
    LONG_MS,
  );
});

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a capture of a target that runs', () => {
  const KEY = Uint8Array.from({ length: 64 }, (_, index) => (index * 37 + 11) & 0xff);

  it.each(['mps2-an385', 'microbit'] as const)(
    '%s: says where it is, has no byte of a secret, and lets it run on',
    async (board) => {
      const folder = mkdtempSync(join(tmpdir(), 'noinit-capture-'));
      const elf = buildFirmware({ board, sources: [join(DEVICE, 'tests/qemu/spin.c')], out: join(folder, 'spin.elf') });
      const symbols = loadSymbols(parseElf(new Uint8Array(readFileSync(elf))));
      const target = LiveTarget.start({ board, elf, args: { random: 0x5eed } }, join(folder, 'gdb.sock'));
      try {
        await target.release();
        const turns: number[] = [];
        for (const ranges of [[], ['--ranges', 'key,turns,__noinit_ram_start+64K']]) {
          const file = join(folder, `${turns.length}.dump`);
          // The firmware needs some milliseconds to start, and to turn between two captures.
          await new Promise((resolve) => setTimeout(resolve, 300));
          const { code, error } = await noinit('capture', '--gdb', target.gdb, '--elf', elf, '-o', file, ...ranges);
          expect(error).toBe('');
          expect(board === 'microbit' && ranges.length > 0 ? 3 : 0).toBe(code);
          const bytes = readFileSync(file);
          for (let at = 0; at + 6 <= KEY.length; at++)
            expect(bytes.includes(Buffer.from(KEY.subarray(at, at + 6))), `key byte ${at}`).toBe(false);
          const dump = readDump(new Uint8Array(bytes));
          expect(dump.key).toMatchObject({ lineage: 0x5eed, boot: 1 });
          const functions = explainDump(dump, symbols, { disassemble }).threads[0]?.frames.map(
            (frame) => frame.kind === 'call' && frame.function,
          );
          expect(functions?.slice(-2)).toEqual(['main', 'reset_entry']);
          turns.push(readWord(dump, symbols.symbolNamed('turns')?.address ?? 0));
        }
        expect(turns[1]).toBeGreaterThan(turns[0] ?? 0);
      } finally {
        target.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    LONG_MS,
  );
});

function readWord({ regions }: Dump, at: number): number {
  const region = regions.find(({ address, bytes }) => at >= address && at + 4 <= address + bytes.length);
  if (region === undefined) throw new Error(`nothing was captured at ${at}`);
  return new DataView(region.bytes.buffer, region.bytes.byteOffset).getUint32(at - region.address, true);
}
