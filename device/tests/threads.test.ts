/**
 * Tasks of FreeRTOS and threads of Zephyr in a crash, as device/ports lists them. Neither kernel is here: what runs are kernels of two threads
 * whose objects and saved registers are laid out as theirs, and that call the same hooks.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { readDictionary } from '@noinit/logs';
import type { CodeFrame, CrashRecord, DumpThread, Record, Trace } from '@noinit/model';
import { type Disassemble, explainDump, loadDisassembler } from '@noinit/postmortem';
import { loadSymbols } from '@noinit/symbols';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFirmware, DEVICE, type QemuRun, runQemu, WARNINGS } from './firmware.ts';
import { crashOf, recordsOf } from './records.ts';

const BOARDS = ['mps2-an385', 'mps2-an386', 'mps2-an505', 'rv32'] as const;
const TOOLS = ['arm-none-eabi-gcc', 'qemu-system-arm', 'riscv64-unknown-elf-gcc', 'qemu-system-riscv32'] as const;
const STACK_BYTES = 1024;

interface Explained {
  readonly records: readonly Record[];
  readonly crash: CrashRecord;
  readonly trace: Trace;
}

describeWith(TOOLS, 'tasks of FreeRTOS', () => {
  const SCENARIO = {
    fault: 0,
    overflowHook: 1,
    mallocHook: 2,
    brokenStackPointer: 3,
    brokenTask: 4,
    deleted: 5,
    configAssert: 6,
  };
  const folder = mkdtempSync(join(tmpdir(), 'noinit-freertos-'));
  let disassemble: Disassemble;
  beforeAll(async () => {
    disassemble = await loadDisassembler();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(BOARDS)('on %s', (board) => {
    let elf = '';
    beforeAll(() => {
      const port = join(DEVICE, 'ports/freertos');
      const sources = [join(DEVICE, 'tests/qemu/freertos.c'), join(port, 'noinit_freertos.c')];
      elf = buildFirmware({ board, sources, out: join(folder, `${board}.elf`), cflags: [...WARNINGS, '-Werror', `-I${port}`] });
    }, 60_000);

    function run(scenario: number): Explained {
      return explain(elf, runQemu({ board, elf, args: { scenario, random: 1 }, timeoutMs: 15_000 }), disassemble);
    }

    it('a crash shows both tasks with their names, stacks and frames', () => {
      const { crash, trace } = run(SCENARIO.fault);
      const [pump, meter] = crash.dump.threads;
      expect(pump).toMatchObject({ crashed: true, name: 'pump', stack: { size: STACK_BYTES } });
      expect(meter).toMatchObject({ crashed: false, name: 'meter', stack: { size: STACK_BYTES } });
      expect(namesOf(trace, 0).slice(0, 3)).toEqual(['end_boot', 'turn', 'pump_task']);
      expect(namesOf(trace, 1).filter((name) => name !== 'yield')).toEqual(['wait_for', 'measure', 'meter_task']);
      expect(variableOf(trace, 1, 'wait_for', 'mask')).toBe('512');
      expect(crash.dump.damage).toEqual([]);
    });

    it('the hook of an overflow tells the task, that of a failed allocation the size', () => {
      expect(run(SCENARIO.overflowHook).crash.dump.cause).toMatchObject({ kind: 'stack-overflow', thread: 'pump' });
      expect(run(SCENARIO.mallocHook).crash.dump.cause).toMatchObject({ kind: 'out-of-memory', size: 4321 });
    });

    it('configASSERT is an assertion of the SDK', () => {
      expect(run(SCENARIO.configAssert).crash.dump.cause).toMatchObject({ kind: 'assert' });
    });

    it.each(['brokenStackPointer', 'brokenTask'] as const)('%s: that task has no registers, the crash is whole', (name) => {
      const { crash } = run(SCENARIO[name]);
      expect(crash.dump.damage).toEqual([]);
      expect(crash.dump.threads.map(withoutRegisters)).toEqual([
        ['pump', true],
        [expect.any(String), false],
      ]);
      expect(crash.dump.threads[1]?.registers).toEqual({});
    });

    it('a task that was deleted is gone', () => {
      expect(run(SCENARIO.deleted).crash.dump.threads.map(({ name }) => name)).toEqual(['pump']);
    });
  });
});

describeWith(TOOLS, 'threads of Zephyr', () => {
  const SCENARIO = { fault: 0, brokenList: 1, ring: 2, noFrame: 3, overflow: 4 } as const;
  const STACK_CHECK = 2;
  const folder = mkdtempSync(join(tmpdir(), 'noinit-zephyr-'));
  let disassemble: Disassemble;
  beforeAll(async () => {
    disassemble = await loadDisassembler();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(BOARDS)('on %s', (board) => {
    let elf = '';
    beforeAll(() => {
      const port = join(DEVICE, 'ports/zephyr');
      const sources = [
        join(DEVICE, 'tests/qemu/zephyr.c'),
        join(port, 'noinit_zephyr_threads.c'),
        join(port, 'noinit_zephyr_fatal.c'),
      ];
      const cflags = [...WARNINGS, '-Werror', `-I${port}`, `-I${join(DEVICE, 'tests/zephyr')}`];
      elf = buildFirmware({ board, sources, out: join(folder, `${board}.elf`), cflags });
    }, 60_000);

    function run(scenario: number, args: Readonly<{ [name: string]: number }> = {}): Explained {
      return explain(elf, runQemu({ board, elf, args: { scenario, random: 1, ...args }, timeoutMs: 15_000 }), disassemble);
    }

    it.each([
      ['through the entry of the SDK', {}],
      ['through the fatal error handler of the kernel', { fatal: 1 }],
    ] as const)('a crash shows both threads with their names, stacks and frames, %s', (_, args) => {
      const { crash, trace } = run(SCENARIO.fault, args);
      expect(crash.dump.cause.kind).toBe('fault');
      const [pump, meter] = crash.dump.threads;
      expect(pump).toMatchObject({ crashed: true, name: 'pump', stack: { size: STACK_BYTES } });
      expect(meter).toMatchObject({ crashed: false, name: 'meter', stack: { size: STACK_BYTES } });
      expect(namesOf(trace, 0).slice(0, 3)).toEqual(['end_boot', 'turn', 'pump_thread']);
      expect(namesOf(trace, 1).filter((name) => name !== 'yield')).toEqual(['wait_for', 'measure', 'meter_thread']);
      expect(variableOf(trace, 1, 'wait_for', 'mask')).toBe('512');
      expect(variableOf(trace, 0, 'turn', 'angle')).toBe('42');
      expect(crash.dump.damage).toEqual([]);
    });

    if (board === 'mps2-an385' || board === 'mps2-an386') {
      it('an access to the guard below a stack, which the kernel calls a failed check, is an overflow with its frames', () => {
        const { crash, trace } = run(SCENARIO.overflow, { fatal: 1, reason: STACK_CHECK });
        expect(crash.dump.cause.kind).toBe('stack-overflow');
        expect(crash.dump.threads.map(({ name }) => name)).toEqual(['pump', 'meter']);
        expect(namesOf(trace, 0)).toContain('descend');
      });
    }
    if (board === 'rv32') {
      it('a stack that the kernel found too small is an overflow of the thread', () => {
        const { crash } = run(SCENARIO.fault, { fatal: 1, reason: STACK_CHECK });
        expect(crash.dump.cause).toMatchObject({ kind: 'stack-overflow', thread: 'pump' });
      });
    }

    it('a fatal error without an exception is a panic', () => {
      expect(run(SCENARIO.noFrame).crash.dump.cause).toMatchObject({ kind: 'panic', text: 'Zephyr: fatal error 4' });
    });

    it('a list that leads nowhere ends there, one without an end comes to one', () => {
      const broken = run(SCENARIO.brokenList).crash.dump;
      expect([broken.threads.length, broken.damage]).toEqual([2, []]);
      const { threads, damage } = run(SCENARIO.ring).crash.dump;
      expect(threads.length).toBeGreaterThanOrEqual(2);
      expect(threads.length).toBeLessThanOrEqual(65);
      expect(damage.every(({ why }) => why === 'truncated')).toBe(true);
    });
  });
});

describeWith(['gcc'], 'saved contexts of FreeRTOS on a host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-contexts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['CM3', 0],
    ['CM4F', 0],
    ['CM33', 0],
    ['CM33', 1],
  ])('%s with %d words more: registers come back, and no stack pointer leads a read out of RAM', (port, extra) => {
    const program = join(folder, `${port}${extra}`);
    const sources = [join(DEVICE, 'tests/native/test_freertos.c'), join(DEVICE, 'ports/freertos/noinit_freertos.c')];
    const flags = [...WARNINGS, '-Werror', '-std=c11', '-no-pie', '-Wl,--defsym=__noinit_ram_start=0x20000000'];
    flags.push('-Wl,--defsym=__noinit_ram_end=0x20001000', `-DNOINIT_FREERTOS_PORT=NOINIT_FREERTOS_PORT_${port}`);
    flags.push(`-DNOINIT_FREERTOS_EXTRA_WORDS=${extra}`);
    const includes = ['include', 'ports/freertos'].map((name) => `-I${join(DEVICE, name)}`);
    const built = spawnSync('gcc', [...flags, ...includes, ...sources, '-o', program], { encoding: 'utf8' });
    expect(built.stderr).toBe('');
    const run = spawnSync(program, { encoding: 'utf8' });
    expect([run.status, run.signal, run.stdout]).toEqual([0, null, '']);
  });
});

describeWith(['arm-none-eabi-gcc'], 'the guide to threads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-guide-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has code that compiles without a word', () => {
    const guide = readFileSync(join(DEVICE, '../docs/guide/threads.md'), 'utf8');
    const blocks = [...guide.matchAll(/^```c\n(.*?)^```/gms)].map(([, code = '']) => code);
    expect(blocks).toHaveLength(3);
    for (const [index, code] of blocks.entries()) {
      const source = join(folder, `block${index}.c`);
      writeFileSync(source, `#include <stdint.h>\n${code}`);
      const includes = ['include', 'ports/freertos', 'ports/zephyr', 'tests/zephyr'].map((name) => `-I${join(DEVICE, name)}`);
      const flags = [...WARNINGS, '-Wno-unused-function', '-Werror', '-std=c11', '-mthumb', '-mcpu=cortex-m3', '-fsyntax-only'];
      const { stderr } = spawnSync('arm-none-eabi-gcc', [...flags, ...includes, source], { encoding: 'utf8' });
      expect(stderr).toBe('');
    }
  });
});

describeWith(['clang-14'], 'the ports', () => {
  const CPUS = ['cortex-m0', 'cortex-m3', 'cortex-m33'].map((name) => ['--target=arm-none-eabi', '-mthumb', `-mcpu=${name}`]);
  const FLOATS = ['--target=arm-none-eabi', '-mthumb', '-mcpu=cortex-m4', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'];
  const RISCV = ['--target=riscv32-unknown-elf', '-march=rv32imac', '-mabi=ilp32'];

  it.each(['freertos/noinit_freertos.c', 'zephyr/noinit_zephyr_threads.c', 'zephyr/noinit_zephyr_fatal.c'])(
    '%s: silent in clang',
    (name) => {
      for (const target of [...CPUS, FLOATS, RISCV]) {
        const flags = [...WARNINGS, '-Werror', '-std=c11', '-ffreestanding', '-Os', '-c', '-o', '/dev/null'];
        const includes = ['include', 'tests/zephyr'].map((folder) => `-I${join(DEVICE, folder)}`);
        const { stderr } = spawnSync('clang-14', [...target, ...flags, ...includes, join(DEVICE, 'ports', name)], {
          encoding: 'utf8',
        });
        expect(stderr, target.join(' ')).toBe('');
      }
    },
  );
});

function explain(elf: string, result: QemuRun, disassemble: Disassemble): Explained {
  expect(result.exitCode, result.text + result.stderr).toBe(0);
  const records = recordsOf(result.chunks);
  const crash = crashOf(records);
  const file = parseElf(new Uint8Array(readFileSync(elf)));
  return { records, crash, trace: explainDump(crash.dump, loadSymbols(file), { disassemble, dictionary: readDictionary(file) }) };
}

function withoutRegisters({ name, crashed }: DumpThread): [string | undefined, boolean] {
  return [name, crashed];
}

function framesOf(trace: Trace, thread: number): CodeFrame[] {
  const frames = trace.threads[thread]?.frames ?? [];
  return frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception');
}

function namesOf(trace: Trace, thread: number): (string | undefined)[] {
  return framesOf(trace, thread).map((frame) => frame.function);
}

function variableOf(trace: Trace, thread: number, name: string, variable: string): string | undefined {
  const frame = framesOf(trace, thread).find((one) => one.function === name);
  const found = frame?.variables.find((one) => one.name === variable);
  return found !== undefined && 'value' in found ? found.value : undefined;
}
