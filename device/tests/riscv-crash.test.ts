/** Crashes on RV32 (QEMU's virt): what mcause, mepc and mtval say, every register, and the frames that gdb saw just before. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { type LogDictionary, readDictionary } from '@noinit/logs';
import {
  address,
  type CodeFrame,
  type CrashRecord,
  type PostcardRecord,
  type Record,
  type RegisterValues,
  type Trace,
  type TraceFrame,
} from '@noinit/model';
import { type Disassemble, explainDump, loadDisassembler } from '@noinit/postmortem';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithGdb } from './faults/compare.ts';
import { stopWithGdb } from './faults/live-gdb.ts';
import { buildFirmware, type Compiler, DEVICE, type QemuRun, type RunOptions, runQemu, WARNINGS } from './firmware.ts';
import { crashOf, decodeLogs, rebootOf, recordsOf } from './records.ts';

const REASON = {
  fault: 0x8001,
  assert: 0x8002,
  watchdog: 0x8003,
  overflow: 0x8005,
  memory: 0x8006,
  panic: 0x8009,
  failed: 0x800a,
} as const;
const UNMAPPED = 0xb000_0000;
const GUARD = 0x8018_0000;
const GUARD_BYTES = 64;
/** Time is instructions: what depends on it is the same beside gdb. */
const COUNTED = ['-icount', 'shift=3,sleep=off'];
/** gdb takes a register that any call may change for the caller's; what the caller had there is gone. */
const CALLER_SAVED = /is unknown, [at]\d is not known in this frame: what it called did not save it/;
const UNCOMPRESSED = '-march=rv32ima_zicsr';

const NAMES = [
  ...['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
  ...Array.from({ length: 8 }, (_, number) => `a${number}`),
  ...Array.from({ length: 10 }, (_, number) => `s${number + 2}`),
  ...['t3', 't4', 't5', 't6'],
];

interface Built {
  readonly elf: string;
  readonly symbols: Symbols;
  readonly dictionary: LogDictionary;
}

interface Crashed {
  readonly run: QemuRun;
  readonly records: readonly Record[];
  readonly crash: CrashRecord;
  readonly registers: RegisterValues;
  readonly trace: Trace;
}

type Args = Readonly<{ [name: string]: number }>;
const DIRECT: Args = { vectored: 0 };
const VECTORED: Args = { vectored: 1 };
const IN_INTERRUPT: Args = { where: 1 };
const IN_NESTED_INTERRUPT: Args = { where: 2 };

describeWith(
  ['riscv64-unknown-elf-gcc', 'clang-14', 'ld.lld-14', 'qemu-system-riscv32', 'gdb-multiarch'],
  'a crash on RV32',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-riscv-crash-'));
    let disassemble: Disassemble;
    let small: Built;
    beforeAll(async () => {
      disassemble = await loadDisassembler();
      small = build('gcc', '-Os');
    }, 30_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    function build(compiler: Compiler, optimisation: string, cflags: readonly string[] = []): Built {
      const out = join(folder, `${compiler}${optimisation}${cflags.join('')}.elf`);
      const sources = [join(DEVICE, 'tests/qemu/riscv_crash.c')];
      buildFirmware({ board: 'rv32', compiler, optimisation, sources, out, cflags: [...WARNINGS, '-Werror', ...cflags] });
      const file = parseElf(new Uint8Array(readFileSync(out)));
      return { elf: out, symbols: loadSymbols(file), dictionary: readDictionary(file) };
    }

    function optionsOf({ elf, symbols }: Built, scenario: string, args: Args, qemuArgs: readonly string[] = COUNTED): RunOptions {
      const address = symbols.symbolNamed(scenario)?.address;
      if (address === undefined) throw new Error(`the firmware has no ${scenario}`);
      return { board: 'rv32', elf, qemuArgs, args: { scenario: address, random: 0x12345678, ...args }, timeoutMs: 15_000 };
    }

    function run(built: Built, scenario: string, args: Args = DIRECT, qemuArgs: readonly string[] = COUNTED): Crashed {
      const result = runQemu(optionsOf(built, scenario, args, qemuArgs));
      expect(result.exitCode, result.text + result.stderr).toBe(0);
      const records = recordsOf(result.chunks);
      const crash = crashOf(records);
      const trace = explainDump(crash.dump, built.symbols, { disassemble, dictionary: built.dictionary });
      return { run: result, records, crash, trace, registers: crash.dump.threads[0]?.registers ?? {} };
    }

    const functionAt = ({ symbols }: Built, at: number): string | undefined => {
      const symbol = symbols.symbolAt(address(at));
      return symbol?.kind === 'function' ? symbol.name : undefined;
    };

    /** What gdb saw with the processor stopped at `pc`, before the instruction there was run. */
    function expectAsInGdb(
      built: Built,
      scenario: string,
      args: Args,
      crashed: Crashed,
      pc: number,
      frames: readonly TraceFrame[],
    ): void {
      const sp = crashed.registers['sp'] ?? 0;
      const gdbNames = NAMES.map((name) => (name === 's0' ? 'fp' : name));
      const [stopped] = stopWithGdb(optionsOf(built, scenario, args), [{ kind: 'instruction', pc, sp }], gdbNames);
      // Behind the first function gdb takes what the reset left in ra for a frame without code.
      const gdbFrames = (stopped?.frames ?? []).filter(({ function: name }) => name !== null);
      const comparison = compareWithGdb(frames, gdbFrames);
      expect(comparison.differences.filter((difference) => !CALLER_SAVED.test(difference))).toEqual([]);
      expect(comparison.frames).toBeGreaterThanOrEqual(5);
      expect(comparison.values).toBeGreaterThan(0);
      const atCall = pc === crashed.registers['pc'] ? [] : ['pc', 'ra'];
      for (const [index, name] of NAMES.entries()) {
        if (atCall.includes(name)) continue;
        expect([name, crashed.registers[name]]).toEqual([name, stopped?.registers[gdbNames[index] ?? '']]);
      }
    }

    const BUILDS = [
      ['gcc', '-Os'],
      ['gcc', '-O2'],
      ['clang', '-Os'],
      ['clang', '-O2'],
    ] as const;

    describe.each(BUILDS)('built by %s %s', (compiler, optimisation) => {
      let built: Built;
      beforeAll(() => {
        built = build(compiler, optimisation);
      }, 60_000);

      it.each([
        ['illegal', 2, (_pc: number): number => 0xffff_ffff, 'undefined-instruction'],
        ['break_point', 3, (_pc: number): number => 0, 'breakpoint'],
        ['read_unmapped', 5, (_pc: number): number => UNMAPPED + 0x24, 'memory-access'],
        ['write_unmapped', 7, (_pc: number): number => UNMAPPED + 0x28, 'memory-access'],
        ['read_null', 5, (_pc: number): number => 0xffff_f002, 'memory-access'],
        ['environment_call', 11, (_pc: number): number => 0, 'fault'],
      ] as const)(
        '%s: mcause %d, and the frames and registers that gdb saw just before',
        (scenario, mcause, mtvalOf, kind) => {
          const crashed = run(built, scenario);
          const pc = crashed.registers['pc'] ?? 0;
          expect(functionAt(built, pc)).toBe(scenario);
          expect(crashed.crash.dump).toMatchObject({
            machine: 'riscv32',
            cause: { kind: 'fault', reason: REASON.fault },
            damage: [],
          });
          expect(crashed.crash.dump.system).toMatchObject({ mcause, mepc: pc, mtval: mtvalOf(pc), mhartid: 0 });
          expect(crashed.crash.dump.system).not.toHaveProperty('mscratch');
          expect(crashed.trace.fault.class).toBe(kind);
          expect(postcardOf(crashed)).toMatchObject({ machine: 'riscv32', pc, lr: crashed.registers['ra'], faultBits: mcause });
          expect(rebootOf(crashed.records)).toMatchObject({ reason: REASON.fault, unexpected: true });
          expectAsInGdb(built, scenario, DIRECT, crashed, pc, crashed.trace.threads[0]?.frames ?? []);
        },
        30_000,
      );

      it.each([
        ['call_null', 1, 0],
        ['call_unmapped', 1, UNMAPPED],
        ['call_protected', 1, GUARD + 16],
      ] as const)(
        '%s: mcause %d, no function there, and the caller as gdb saw it',
        (scenario, mcause, address) => {
          const crashed = run(built, scenario);
          expect(crashed.crash.dump.system).toMatchObject({ mcause, mepc: address, mtval: address });
          expect(crashed.registers['pc']).toBe(address);
          expect(crashed.trace.fault.class).toBe('bad-jump');
          const call = (crashed.registers['ra'] ?? 0) - 2;
          expect(functionAt(built, call)).toBe(scenario);
          expectAsInGdb(built, scenario, DIRECT, crashed, call, (crashed.trace.threads[0]?.frames ?? []).slice(1));
        },
        30_000,
      );
    });

    it('link-time optimisation leaves the entries what they need', () => {
      const built = build('gcc', '-Os', ['-flto']);
      expect(run(built, 'all_registers').registers).toMatchObject({
        ra: 0x5eed_0001,
        gp: 0x5eed_0003,
        t0: 0x5eed_0005,
        t6: 0x5eed_001f,
      });
      expect(run(built, 'takes_snapshot').run.text).toContain('went on');
      expect(run(built, 'own_handler').run.text).toContain('as it was');
    }, 60_000);

    it('a call of a variable ends in the variable, as an illegal instruction', () => {
      const { crash, registers, trace } = run(small, 'call_data');
      const data = small.symbols.symbolNamed('no_code')?.address;
      expect(registers['pc']).toBe(data);
      expect(crash.dump.system).toMatchObject({ mcause: 2, mepc: data });
      expect(namesOf(trace)).toContain('call_data');
    });

    it('every register is the one of the crash, gp among them, on which our own code relies', () => {
      const { registers, crash } = run(small, 'all_registers');
      const expected = NAMES.flatMap((name, number) => (name === 'pc' || name === 'sp' ? [] : [[name, 0x5eed_0000 + number]]));
      expect(
        Object.fromEntries(NAMES.filter((name) => name !== 'pc' && name !== 'sp').map((name) => [name, registers[name]])),
      ).toEqual(Object.fromEntries(expected));
      expect(crash.dump.damage).toEqual([]);
    });

    it.each([
      ['reserve_misaligned', 4, 'words', 2],
      // The ISA has 6 for a read and write; QEMU 7.2 says 4.
      ['add_misaligned', 4, 'words', 1],
    ] as const)('%s: mcause %d with the address', (scenario, mcause, variable, offset) => {
      const address = (small.symbols.symbolNamed(variable)?.address ?? 0) + offset;
      const { crash, trace } = run(small, scenario);
      expect(crash.dump.system).toMatchObject({ mcause, mtval: address });
      expect(trace.fault.class).toBe('unaligned-access');
    });

    it('a jump between two instructions of a core without compressed ones: mcause 0', () => {
      const built = build('gcc', '-Os', [UNCOMPRESSED]);
      const { crash, registers, trace } = run(built, 'jump_misaligned', DIRECT, ['-cpu', 'rv32,c=false']);
      expect(crash.dump.system).toMatchObject({ mcause: 0, mtval: (built.symbols.symbolNamed('illegal')?.address ?? 0) + 2 });
      expect(crash.dump.cause.kind).toBe('fault');
      expect(functionAt(built, registers['pc'] ?? 0)).toBe('jump_misaligned');
      expect(trace.fault.class).toBe('bad-jump');
    }, 30_000);

    it.each([
      ['user_call', 8, 'environment_call'],
      ['user_csr', 2, 'read_machine_register'],
    ] as const)('%s: a trap out of user mode', (scenario, mcause, name) => {
      const { crash, registers } = run(small, scenario);
      expect(crash.dump.system).toMatchObject({ mcause });
      expect((crash.dump.system['mstatus'] ?? -1) & 0x1800, 'mstatus.MPP').toBe(0);
      expect(functionAt(small, registers['pc'] ?? 0)).toBe(name);
    });

    it('an assertion in user mode is a fault of the entry, with the assertion in ra', () => {
      const { crash, registers } = run(small, 'user_assert');
      expect(crash.dump.system).toMatchObject({ mcause: 2 });
      expect(functionAt(small, registers['pc'] ?? 0)).toMatch(/^noinit_riscv_/);
      expect(functionAt(small, (registers['ra'] ?? 0) - 2)).toBe('assert_fails');
    });

    describe.each([
      ['direct', DIRECT],
      ['vectored', VECTORED],
    ] as const)('with mtvec %s', (_, mode) => {
      it.each([
        ['an interrupt', IN_INTERRUPT, 'timer_entry'],
        ['an interrupt of an interrupt', IN_NESTED_INTERRUPT, 'software_entry'],
      ] as const)('a trap in %s has the frames of its handler', (_name, where, handler) => {
        const crashed = run(small, 'illegal', { ...mode, ...where });
        expect(crashed.crash.dump.system).toMatchObject({ mcause: 2, mepc: crashed.registers['pc'] });
        expect((crashed.crash.dump.system['mstatus'] ?? -1) & 0x80, 'interrupts were off').toBe(0);
        expect(namesOf(crashed.trace).slice(0, 6)).toEqual(['illegal', 'inner', 'middle', 'outer', 'handle', handler]);
      });

      it('an interrupt before the watchdog names the function that stands still, and waits for the reset', () => {
        const { crash, registers, records, trace } = run(small, 'hangs', mode, ['-smp', '2']);
        expect(crash.dump.cause).toEqual({ kind: 'watchdog', reason: REASON.watchdog });
        expect(crash.dump.system['mcause']).toBe(0x8000_0007);
        expect(functionAt(small, registers['pc'] ?? 0)).toBe('hangs');
        expect(namesOf(trace).slice(0, 4)).toEqual(['hangs', 'inner', 'middle', 'outer']);
        expect(rebootOf(records)).toMatchObject({ reason: REASON.watchdog, hardware: { reason: 2, raw: 0x20 } });
      });
    });

    it('an interrupt that nobody handles is a fault', () => {
      const { crash, registers } = run(small, 'nobodys_interrupt', DIRECT, []);
      expect(crash.dump).toMatchObject({ cause: { kind: 'fault' }, system: { mcause: 0x8000_0007 } });
      expect(functionAt(small, registers['pc'] ?? 0)).toBe('nobodys_interrupt');
    });

    it('a handler that the project has takes over after the capture, with the registers as they were', () => {
      const { run: result, crash } = run(small, 'own_handler');
      expect(result.text).toContain('chained\nas it was\n');
      expect(crash.dump.system['mcause']).toBe(2);
    });

    it('its interrupts go to it as calls, and cost no register', () => {
      const { crash, registers } = run(small, 'interrupts_of_the_chain', DIRECT, []);
      expect(crash.dump.system['mcause']).toBe(2);
      expect(functionAt(small, registers['pc'] ?? 0)).toBe('illegal');
    });

    it('an access to the guard of a stack is an overflow: its frames are read from above the guard', () => {
      const { crash, registers, records, trace } = run(small, 'overflow_guard');
      expect(crash.dump.cause).toEqual({ kind: 'stack-overflow', reason: REASON.overflow });
      expect(rebootOf(records).reason).toBe(REASON.overflow);
      const { mcause, mtval = 0 } = crash.dump.system;
      expect(mcause).toBe(7);
      expect(mtval - GUARD).toBeGreaterThanOrEqual(0);
      expect(mtval - GUARD).toBeLessThan(GUARD_BYTES);
      expect(registers['sp']).toBeLessThan(GUARD + GUARD_BYTES);
      expect(crash.dump.regions[0]).toMatchObject({ kind: 'stack', address: GUARD + GUARD_BYTES });
      expect(crash.dump.damage).toEqual([]);
      expect(trace.fault.class).toBe('stack-overflow');
      expect(namesOf(trace).slice(0, 3)).toEqual(['descend', 'descend', 'descend']);
    });

    it('a broken canary is an overflow', () => {
      const { crash, records, trace } = run(small, 'overflow_canary');
      expect(crash.dump.cause).toEqual({ kind: 'stack-overflow', reason: REASON.overflow });
      expect(rebootOf(records).reason).toBe(REASON.overflow);
      expect(namesOf(trace)).toContain('overflow_canary');
    });

    it('a hook of an operating system tells the thread whose stack overflowed', () => {
      const { crash, trace } = run(small, 'overflow_hook');
      expect(crash.dump.cause).toEqual({ kind: 'stack-overflow', reason: REASON.overflow, thread: 'pump' });
      expect(namesOf(trace).slice(0, 4)).toEqual(['overflow_hook', 'inner', 'middle', 'outer']);
    });

    it('an assertion is captured at its call, and logged with its values', () => {
      const { crash, registers, records, trace } = run(small, 'assert_fails');
      expect(crash.dump.cause).toMatchObject({ kind: 'assert', reason: REASON.assert });
      expect(functionAt(small, registers['pc'] ?? 0)).toBe('assert_fails');
      for (const name of ['t0', 't1']) expect(registers).not.toHaveProperty(name);
      expect(crash.dump.system).toHaveProperty('mscratch');
      expect(namesOf(trace).slice(0, 4)).toEqual(['assert_fails', 'inner', 'middle', 'outer']);
      const { lines } = decodeLogs(records, [small.elf]);
      expect(lines.map(({ boot, text }) => [boot, text])).toContainEqual([1, 'level is -7, not 1']);
      expect(rebootOf(records).marked?.pc).toBe(registers['pc']);
    });

    it('behind an assertion nothing else runs, also no interrupt that waited for the end of the capture', () => {
      const { run: result, records } = run(small, 'assert_with_interrupts');
      expect(result.text).not.toContain('interrupted');
      const { lines } = decodeLogs(records, [small.elf]);
      expect(lines.map(({ boot, text }) => [boot, text])).toContainEqual([1, 'with interrupts']);
    });

    it('an assertion at the end of a function names that function', () => {
      const { registers, trace } = run(small, 'assert_returns_never');
      expect(functionAt(small, registers['pc'] ?? 0)).toBe('assert_returns_never');
      expect(namesOf(trace)[0]).toBe('assert_returns_never');
    });

    it.each([
      ['memory_runs_out', { kind: 'out-of-memory', reason: REASON.memory, size: 12345 }],
      ['panics', { kind: 'panic', reason: REASON.panic, text: 'the valve does not move' }],
      ['aborts', { kind: 'panic', reason: REASON.panic, text: 'abort' }],
    ] as const)('%s: says why, and where', (scenario, cause) => {
      const { crash, records, trace } = run(small, scenario);
      expect(crash.dump.cause).toEqual(cause);
      expect(rebootOf(records).reason).toBe(cause.reason);
      expect(namesOf(trace).slice(0, 4)).toEqual([scenario, 'inner', 'middle', 'outer']);
    });

    it('a snapshot is taken, the next one refused, and the firmware goes on with interrupts as before', () => {
      const { run: result, crash, records, trace } = run(small, 'takes_snapshot');
      expect(result.text).toContain('went on');
      expect(crash.dump.cause).toMatchObject({ kind: 'snapshot', reason: 6 });
      expect(namesOf(trace).slice(0, 4)).toEqual(['takes_snapshot', 'inner', 'middle', 'outer']);
      expect(records.some(({ kind }) => kind === 'postcard')).toBe(false);
      expect(rebootOf(records)).toMatchObject({ reason: 6, unexpected: false });
    });

    it('a fault while capturing leaves the postcard and what was closed before', () => {
      const { crash, registers, records } = run(small, 'fault_while_capturing');
      expect(rebootOf(records).reason).toBe(REASON.failed);
      expect(functionAt(small, registers['pc'] ?? 0)).toBe('illegal');
      expect(crash.dump.regions.map(({ kind }) => kind)).toEqual(['stack']);
      expect(crash.dump.damage.map(({ why }) => why)).toEqual(['truncated']);
      expect(records.some(({ kind }) => kind === 'postcard')).toBe(true);
    });
  },
);

function namesOf(trace: Trace): (string | undefined)[] {
  const frames = trace.threads[0]?.frames ?? [];
  return frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception').map((frame) => frame.function);
}

function postcardOf({ records }: Crashed): PostcardRecord | undefined {
  return records.find((record) => record.kind === 'postcard');
}
