/** The way from the ring to people on the device itself: back ends, filters, clocks, text, RTT; and the same text from the host. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderLine, type StampStyle } from '@noinit/logs';
import { describeWith, type Tool } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Board, buildFirmware, DEVICE, runQemu, sdkSources, WARNINGS } from './firmware.ts';
import { type NativeRun, type NativeTest, runNative } from './native.ts';
import { decodeLogs, recordsOf } from './records.ts';
import { runMutant } from './run-mutant.ts';

const MINUTE = 60_000;
/** Ids are 32 bits: the program must lie low. */
const LOW = ['-no-pie', '-fno-pie'];
const TEXT = [...LOW, '-DNOINIT_LOG_TEXT=1'];
const LAYOUTS = ['-DNOINIT_LOG_TEXT_DATES=1', '-DNOINIT_LOG_TEXT_SYST=1', '-DNOINIT_LOG_FUNCTION_PREFIX_DBG=1'].concat([
  '-DNOINIT_LOG_TRIGGER_THRESHOLD=10',
]);

const BACK: NativeTest = { sources: ['test_back.c', 'host.c'], cflags: [...TEXT, ...LAYOUTS, '-DNOINIT_LOG_TEXT_SYSLOG=1'] };
const PRINT: NativeTest = { sources: ['test_text_print.c', 'host.c'], cflags: TEXT };
const CLOCK: NativeTest = {
  sources: ['test_back_clock.c', 'host.c'],
  cflags: [...LOW, '-DNOINIT_LOG_CLOCK=1', '-DNOINIT_LOG_BLOCK_MS=20', '-DNOINIT_LOG_DROP_NEWEST=1'],
};
const RTT: NativeTest = { sources: ['test_back_rtt.c', 'host.c'], cflags: [...LOW, '-DNOINIT_LOG_RTT=1'] };

const PROGRAMS: readonly (readonly [title: string, test: NativeTest])[] = [
  ['prints every conversion as the C library does', PRINT],
  ['prints entries as the C library prints the call', { sources: ['test_text_entry.c', 'host.c'], cflags: TEXT }],
  ['hands entries to back ends, through filters, in the known layouts', BACK],
  ['adds structured data to syslog lines', { ...BACK, cflags: [...TEXT, ...LAYOUTS, '-DNOINIT_LOG_TEXT_SYSLOG=2'] }],
  [
    'prints at once in immediate mode',
    { sources: ['test_back_now.c', 'host.c'], cflags: [...TEXT, '-DNOINIT_LOG_UART=1', '-DNOINIT_LOG_MODE_IMMEDIATE=1'] },
  ],
  [
    'prints letter and text in minimal mode',
    { sources: ['test_text_minimal.c', 'host.c'], cflags: [...TEXT, '-DNOINIT_LOG_MODE_MINIMAL=1'] },
  ],
  [
    'has a thread of its own handle entries',
    {
      sources: ['test_back_thread.c', 'host.c'],
      cflags: [...LOW, '-DNOINIT_LOG_PROCESS_THREAD=1', '-DNOINIT_LOG_PROCESS_THREAD_DELAY_MS=250'],
    },
  ],
  ['takes stamps from other clocks, and waits for room', CLOCK],
  ['tees entries to RTT', RTT],
  ['tees text and entries to RTT', { ...RTT, cflags: [...TEXT, '-DNOINIT_LOG_RTT=1', '-DNOINIT_LOG_RTT_BYTES=1024'] }],
];

describeWith(['gcc'], 'back ends on this machine', () => {
  it.each(PROGRAMS)('%s', (_title, test) => expectPassed(runNative(test)), MINUTE);
});

describeWith(['gcc'], 'a mistake of the back ends is caught', () => {
  it.each([
    [
      'no hold while an entry is handled',
      BACK,
      'log/process.c',
      '[HOLD_BACKENDS] = processor->cursor.number;',
      '[HOLD_BACKENDS] = NOINIT_RING_NO_HOLD;',
    ],
    [
      'the gap not told',
      BACK,
      'log/process.c',
      'tell_dropped(read_varint(ring, &entry, &from));',
      '(void)read_varint(ring, &entry, &from);',
    ],
    [
      'a level beyond what is compiled in',
      BACK,
      'log/filter.c',
      'return level < entry->level ? level : entry->level;',
      'return entry->level > 0 ? level : 0u;',
    ],
    [
      'the ring left out of the aggregate',
      BACK,
      'log/filter.c',
      'uint32_t most = (word >> RING_SHIFT) + 1u;',
      'uint32_t most = 0;',
    ],
    [
      'a panic that leaves an open entry in the way',
      BACK,
      'log/process.c',
      '    ring->state->boot_number = ring->state->number;\n',
      '',
    ],
    ['halves rounded up', PRINT, 'log_text/float.c', '(has_more || is_odd)', '(has_more || is_odd || rest != 0)'],
    ['a wrap that is not carried', CLOCK, 'log/clock.c', '(uint32_t)(counter - ticking->counter)', 'counter - ticking->counter'],
    ['the id of RTT in the image', RTT, 'backends/rtt_channel.c', '"TFHHFS!SUU"', '"TFHHFS!SUU\\0SEGGER RTT"'],
  ] as const)(
    '%s',
    (_name, test, file, right, wrong) => {
      expect(runMutant(test, file, right, wrong).passed).toBe(false);
    },
    MINUTE,
  );
});

/** What may be on together; each of the two rows is everything at once. */
const EVERYTHING: readonly (readonly string[])[] = [
  [
    'TEXT=1',
    'TEXT_DATES=1',
    'TEXT_SYSLOG=2',
    'TEXT_SYST=1',
    'TEXT_FLOAT=2',
    'UART=1',
    'RTT=1',
    'RTT_BYTES=512',
    'CLOCK=1',
  ].concat(['BLOCK_MS=5', 'PROCESS_THREAD=1', 'MODE_IMMEDIATE=1']),
  ['TEXT=1', 'MODE_MINIMAL=1', 'TEXT_FLOAT=0', 'TRIGGER_THRESHOLD=3'],
];
const COMPILERS: readonly (readonly [compiler: Tool, ...flags: readonly string[]])[] = [
  ['arm-none-eabi-gcc', '-mcpu=cortex-m0', '-mthumb'],
  ['clang-14', '--target=arm-none-eabi', '-mcpu=cortex-m33', '-mthumb'],
  ['riscv64-unknown-elf-gcc', '-march=rv32imac', '-mabi=ilp32'],
];

for (const [compiler, ...flags] of COMPILERS) {
  describeWith([compiler], `every option of the back ends, ${compiler}`, () => {
    it.each(EVERYTHING)(
      'compiles without a warning: %s …',
      (...options) => {
        const sources = sdkSources().filter((path) => !path.includes('/crash/'));
        const defines = options.map((option) => `-DNOINIT_LOG_${option}`);
        const includes = [`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`];
        const common = ['-std=c11', '-Os', '-ffreestanding', '-fsyntax-only', '-Werror'];
        const run = spawnSync(compiler, [...flags, ...common, ...WARNINGS, ...defines, ...includes, ...sources], {
          encoding: 'utf8',
        });
        expect(run.stderr).toBe('');
        expect(run.status).toBe(0);
      },
      MINUTE,
    );
  });
}

describeWith(['arm-none-eabi-gcc'], 'the guide to the log on the device', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-guide-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const guide = readFileSync(join(DEVICE, '../docs/guide/log-on-the-device.md'), 'utf8');

  it.each([...guide.matchAll(/```c\n([^`]*)```/g)].map(([, code = ''], index) => [index + 1, code] as const))(
    'program %d compiles',
    (index, code) => {
      const path = join(folder, `program${index}.c`);
      writeFileSync(path, code);
      const flags = ['-mcpu=cortex-m3', '-mthumb', '-std=c11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'];
      const run = spawnSync('arm-none-eabi-gcc', [...flags, '-DNOINIT_LOG_TEXT=1', `-I${join(DEVICE, 'include')}`, path], {
        encoding: 'utf8',
      });
      expect(run.stderr).toBe('');
    },
  );
});

const FLAGS = { timestamp: 2, formatted: 4, level: 8, lfOnly: 32, linux: 0x400, date: 0x800, iso8601: 0x1000, colors: 1 };
const LINE = FLAGS.level | FLAGS.lfOnly;
const STYLES: readonly (readonly [style: StampStyle, flags: number])[] = [
  ['formatted', FLAGS.timestamp | FLAGS.formatted],
  ['raw', FLAGS.timestamp],
  ['linux', FLAGS.timestamp | FLAGS.linux],
  ['date', FLAGS.timestamp | FLAGS.date],
  ['iso8601', FLAGS.timestamp | FLAGS.iso8601],
  ['none', FLAGS.colors],
];
/** A long double is a binary128 on RISC-V, whose digits want more stack. */
const BOARDS: readonly (readonly [board: Board, compiler: Tool, floats: number])[] = [
  ['mps2-an385', 'arm-none-eabi-gcc', 1],
  ['rv32', 'riscv64-unknown-elf-gcc', 2],
];

for (const [board, compiler, floats] of BOARDS) {
  describeWith([compiler, board === 'rv32' ? 'qemu-system-riscv32' : 'qemu-system-arm'], `text on a device (${board})`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-text-'));
    const elf = join(folder, 'text.elf');
    beforeAll(() => void buildFirmware({ board, sources, cflags, out: elf, logLength: '8K' }), MINUTE);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const cflags = [
      '-DNOINIT_LOG_TEXT=1',
      '-DNOINIT_LOG_TEXT_DATES=1',
      `-DNOINIT_LOG_TEXT_FLOAT=${floats}`,
      '-DNOINIT_LOG_FUNCTION_PREFIX_DBG=1',
    ];
    const sources = [join(DEVICE, 'tests/qemu/backends.c')];

    it.each(STYLES)(
      'is byte for byte what the host prints of the same entries, stamps %s',
      (style, flags) => {
        const run = runQemu({ board, elf, args: { flags: LINE | flags }, timeoutMs: MINUTE / 2 });
        expect(run.exitCode, run.text + run.stderr).toBe(0);
        const printed = between(new TextDecoder().decode(run.uart), 'text begins\n', 'text ends\n').replaceAll('\r', '');
        const { lines, damage } = decodeLogs(recordsOf(run.chunks), [elf]);
        expect(damage).toEqual([]);
        const colors = (flags & FLAGS.colors) !== 0;
        expect(printed).toBe(
          lines.map((line) => renderLine(line, { frequency: 1000, stamps: style, colors, showsCore: false })).join(''),
        );
        expect(lines.length).toBeGreaterThan(25);
      },
      MINUTE,
    );
  });
}

function between(text: string, begin: string, end: string): string {
  const from = text.indexOf(begin) + begin.length;
  return text.slice(from, text.indexOf(end, from));
}

function expectPassed(run: NativeRun): void {
  expect(run.output).not.toMatch(/not so|Sanitizer/);
  expect(run.passed, run.output).toBe(true);
}
