/** Who takes entries out of the ring: the Consumer, the packetizer, a bootloader. And what a wrong build says about it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { decodeBlockStream, readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { DEVICE, sdkSources, WARNINGS } from './firmware.ts';
import { runNative } from './native.ts';

const CONSUMER = ['-DNOINIT_LOG_CONSUMER=1', '-DNOINIT_PACKETIZER_LOG=0'];
/** Bytes of flash of a bootloader that prints the last five entries, on a Cortex-M3 at -Os. The aim is 600. */
const READER_BYTES = 1_112;

describeWith(['gcc'], 'the Consumer', () => {
  it('grants, holds and releases what it should, over resets and on any bytes', { timeout: 120_000 }, () => {
    const run = runNative({ sources: ['test_consumer.c', 'host.c'], cflags: CONSUMER });
    expect(run.passed, run.output).toBe(true);
  });
});

describeWith(['gcc'], 'a stream of blocks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-stream-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read to the last line, though most of the log was overwritten before', { timeout: 60_000 }, () => {
    const program = join(folder, 'stream');
    const native = join(DEVICE, 'tests/native');
    const sources = [join(native, 'print_stream.c'), join(native, 'host.c'), ...sdkSources()];
    const includes = [`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`, `-I${native}`];
    const hook = ['-no-pie', '-fno-pie', '-DNOINIT_STORE_HOOK="store_hook.h"', '-Wl,-T', join(native, 'host.ld')];
    expect(run('gcc', ['-std=gnu11', '-g', ...CONSUMER, ...includes, ...sources, ...hook, '-lm', '-o', program])).toBe('');
    const dictionary = readDictionary(parseElf(readFileSync(program)));
    const decoded = decodeBlockStream(fromHex(run(program, [], 'stdout')), { dictionaryOf: () => dictionary });
    expect(decoded.damage).toEqual([]);
    const lines = decoded.segments.flatMap((segment) => segment.lines);
    const texts = lines.flatMap((line) => (line.text.startsWith('line ') ? [line.text] : []));
    const at = (number: number) => `line ${number} at ${1000 + 3 * (1 + (number < 1000 ? number : number - 300))}`;
    const numbers = texts.map((text) => Number(text.split(' ')[1]));
    expect(texts).toEqual(numbers.map(at));
    const first = numbers.filter((number) => number < 1000);
    const second = numbers.filter((number) => number >= 1000);
    expect([first.at(-1), second.at(-1)]).toEqual([699, 1699]);
    expect(first).toEqual(first.map((_, index) => 700 - first.length + index));
    expect(second).toEqual(second.map((_, index) => 1700 - second.length + index));
    expect(Math.min(first.length, second.length)).toBeGreaterThan(100);
  });
});

describeWith(['gcc'], 'a start', () => {
  const sources = ['test_region.c', 'host.c', 'assembly.c'];

  it.each([
    ['too small', 'NOINIT_ERR_TOO_SMALL', '-Wl,--defsym=LOG_LENGTH=400'],
    ['too large', 'NOINIT_ERR_TOO_LARGE', '-Wl,--defsym=LOG_LENGTH=70000'],
    ['misaligned', 'NOINIT_ERR_MISALIGNED', '-Wl,--defsym=LOG_SHIFT=4'],
  ])('says that the region of the log is %s, and goes on without a log', { timeout: 60_000 }, (_what, result, option) => {
    const run = runNative({ sources, cflags: [`-DRESULT=${result}`, option] });
    expect(run.passed, run.output).toBe(true);
  });

  it.each([
    [7, 'NOINIT_ERR_NO_BUILD_ID'],
    [8, 'NOINIT_OK'],
    [32, 'NOINIT_OK'],
    [33, 'NOINIT_ERR_NO_BUILD_ID'],
  ])('answers a build id of %i bytes with %s', { timeout: 60_000 }, (size, result) => {
    const run = runNative({ sources, cflags: [`-DRESULT=${result}`, `-DHOST_BUILD_ID_SIZE=${size}`] });
    expect(run.passed, run.output).toBe(true);
  });

  it('writes RAM with ECC first where it may hold words that nobody wrote', { timeout: 60_000 }, () => {
    const run = runNative({ sources, cflags: ['-DNOINIT_RAM_ECC=1'] });
    expect(run.passed, run.output).toBe(true);
  });

  it.each([
    ['the packetizer', []],
    ['the Consumer', CONSUMER],
  ])('of two cores gives each its ring, which %s drains in turn', { timeout: 60_000 }, (_reader, options) => {
    const cflags = ['-DNOINIT_CONFIG_FILE="two_cores.h"', ...options];
    const run = runNative({ sources: ['test_cores.c', 'host.c', 'assembly.c'], cflags });
    expect(run.passed, run.output).toBe(true);
  });
});

describeWith(['arm-none-eabi-gcc'], 'a build that cannot work', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-link-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('with two readers of the log does not link, and names what there is one of', { timeout: 60_000 }, () => {
    const errors = link(folder, ['-DNOINIT_LOG_CONSUMER=1', '-Wl,--build-id']);
    expect(errors).toContain('multiple definition of `noinit_log_has_one_reader');
    expect(link(folder, [...CONSUMER, '-Wl,--build-id'])).toBe('');
  });

  it('without a build id does not link, and says what is missing', { timeout: 60_000 }, () => {
    expect(link(folder, ['-Wl,--build-id=none'])).toContain(
      'noinit: no build id: link with -Wl,--build-id, and have KEEP(*(.note.gnu.build-id)) in an output section of that name',
    );
    expect(link(folder, ['-Wl,--build-id=sha1'])).toBe('');
  });
});

describeWith(['arm-none-eabi-gcc'], 'the reader of bootloaders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-reader-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it(`takes at most ${READER_BYTES} bytes of flash and no library`, () => {
    const object = join(folder, 'boot.o');
    writeFileSync(join(folder, 'boot.c'), BOOTLOADER);
    const flags = ['-mcpu=cortex-m3', '-mthumb', '-Os', '-std=c11', '-Werror', ...WARNINGS, `-I${join(DEVICE, 'include')}`];
    expect(run('arm-none-eabi-gcc', [...flags, '-c', join(folder, 'boot.c'), '-o', object])).toBe('');
    const undefined_ = run('arm-none-eabi-nm', ['-u', object], 'stdout').match(/\bU \S+/g);
    expect(undefined_?.sort()).toEqual(['U __noinit_log_end', 'U __noinit_log_start', 'U put']);
    const [, text] = /\n\s*(\d+)/.exec(run('arm-none-eabi-size', [object], 'stdout')) ?? [];
    expect(Number(text)).toBeGreaterThan(100);
    expect(Number(text)).toBeLessThanOrEqual(READER_BYTES);
  });
});

const BOOTLOADER = `
#include <noinit/log_reader.h>
extern uint32_t __noinit_log_start[], __noinit_log_end[];
void put(const void *bytes, uint32_t size);
void print_log(void);
void print_log(void)
{
    noinit_log_reader_t reader;
    noinit_log_entry_t entry;
    if (noinit_log_reader_open(&reader, __noinit_log_start, (uint32_t)((uintptr_t)__noinit_log_end - (uintptr_t)__noinit_log_start))) {
        noinit_log_reader_last(&reader, 5);
        while (noinit_log_reader_next(&reader, &entry)) {
            uint32_t size;
            put(&entry, sizeof entry);
            put(noinit_log_reader_body(&reader, &entry, 0, &size), size);
        }
    }
}
`;

/** Links the whole SDK, nothing left out, for a board of QEMU; gives what the linker says. */
function link(folder: string, flags: readonly string[]): string {
  const port = join(DEVICE, 'ports/qemu');
  const main = join(folder, 'main.c');
  writeFileSync(main, '#include <noinit/noinit.h>\nint main(void);\nint main(void) { return (int)noinit_init(); }\n');
  const script = join(folder, 'board.ld');
  const origins = ['-DROM_ORIGIN=0x0', '-DROM_LENGTH=4M', '-DRAM_ORIGIN=0x20000000', '-DRAM_LENGTH=4M'];
  expect(run('arm-none-eabi-gcc', ['-E', '-P', '-x', 'c', ...origins, join(port, 'qemu.ld.in'), '-o', script])).toBe('');
  return run('arm-none-eabi-gcc', [
    ...['-mcpu=cortex-m3', '-mthumb', '-Os', '-std=c11', '-nostartfiles', '--specs=nano.specs', '-DBOARD_mps2_an385'],
    ...[
      `-I${join(DEVICE, 'include')}`,
      `-I${join(DEVICE, 'src')}`,
      `-I${port}`,
      '-Wl,--no-warn-rwx-segments',
      '-Wl,--gc-sections',
    ],
    ...['-ffunction-sections', '-fdata-sections', '-T', script, '-T', join(DEVICE, 'linker/noinit_log.ld')],
    ...[...flags, main, ...sdkSources('cortex_m'), join(port, 'board.c'), join(port, 'startup.c'), '-o', join(folder, 'a.elf')],
  ]);
}

function run(tool: string, args: readonly string[], output: 'stdout' | 'stderr' = 'stderr'): string {
  const result = spawnSync(tool, args, { encoding: 'utf8' });
  expect(result.error).toBeUndefined();
  return result[output];
}
