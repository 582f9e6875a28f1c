// Generates a firmware of many C units for Cortex-M3 and links it twice: with flash at 0, where linkers also leave what they
// dropped, and with flash at 0x08000000, where remains of dropped code lie outside of the image. Nothing of it is kept in git.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const GCC = 'arm-none-eabi-gcc';
/** Change it with the generator: built files of another one are of no use. */
const GENERATION = 1;
const FLAGS = ['-mcpu=cortex-m3', '-mthumb', '-O2', '-g', '-ffunction-sections', '-fdata-sections', '-fno-builtin'];
const PARALLEL = 2;

/**
 * @param {number} units
 * @returns {Promise<{folder: string, atZero: string, atFlash: string}>}
 */
export async function makeFirmware(units) {
  const folder = join(tmpdir(), `noinit-bench-firmware-${GENERATION}-${units}`);
  const made = { folder, atZero: join(folder, 'zero.elf'), atFlash: join(folder, 'flash.elf') };
  if (existsSync(made.atZero) && existsSync(made.atFlash)) return made;
  const draft = `${folder}.draft-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  console.log(`building a firmware of ${units} units (once; kept in ${folder})`);
  writeSources(draft, units);
  await compile(draft);
  link(draft, 'zero.elf', 0);
  link(draft, 'flash.elf', 0x0800_0000);
  for (const name of readdirSync(draft)) if (name.endsWith('.o')) rmSync(join(draft, name));
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  return made;
}

async function compile(folder) {
  const sources = readdirSync(folder).filter((name) => name.endsWith('.c'));
  const next = sources.values();
  const work = async () => {
    for (const source of next) {
      await run(GCC, [...FLAGS, '-ffile-prefix-map=/=/', '-c', source, '-o', source.replace(/\.c$/, '.o')], { cwd: folder });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

function link(folder, name, origin) {
  const objects = readdirSync(folder).filter((file) => file.endsWith('.o'));
  writeFileSync(join(folder, 'objects'), objects.join('\n'));
  const script = `${name}.ld`;
  writeFileSync(join(folder, script), linkerScript(origin));
  const flags = ['-nostdlib', '-nostartfiles', '-Wl,--gc-sections', '-Wl,--build-id', `-Wl,-T,${script}`, '@objects', '-lgcc'];
  const { status, stderr } = spawnSync(GCC, ['-mcpu=cortex-m3', '-mthumb', ...flags, '-o', name], { cwd: folder });
  if (status !== 0) throw new Error(`${GCC} does not link: ${stderr}`);
  if (statSync(join(folder, name)).size === 0) throw new Error('the linked file is empty');
}

function linkerScript(origin) {
  return `MEMORY { FLASH (rx) : ORIGIN = ${origin}, LENGTH = 16M  RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 4M }
ENTRY(reset_handler)
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > FLASH
  .note.gnu.build-id : { KEEP(*(.note.gnu.build-id)) } > FLASH
  .ARM.exidx : { *(.ARM.exidx*) } > FLASH
  .data : { *(.data*) } > RAM AT > FLASH
  .bss (NOLOAD) : { *(.bss*) *(COMMON) } > RAM
}
`;
}

function writeSources(folder, units) {
  writeFileSync(join(folder, 'shared.h'), HEADER);
  writeFileSync(join(folder, 'main.c'), mainSource(units));
  for (let unit = 0; unit < units; unit++) writeFileSync(join(folder, `unit_${unit}.c`), unitSource(unit, units));
}

const HEADER = `#pragma once
#include <stdint.h>
typedef struct sample { uint32_t at; int16_t value[4]; uint8_t channel : 3, valid : 1; } sample_t;
typedef struct filter { int32_t gain, offset; sample_t last; const char *name; struct filter *next; } filter_t;
enum mode { MODE_OFF, MODE_RAW = 5, MODE_SMOOTH = -3 };
union word { uint32_t whole; uint8_t byte[4]; struct { uint16_t low, high; } half; };
static inline int clamp(int value, int low, int high) {
  if (value < low) return low;
  return value > high ? high : value;
}
static inline int blend(const sample_t *left, const sample_t *right, int weight) {
  int sum = 0;
  for (int i = 0; i < 4; i++) sum += clamp(left->value[i] * weight + right->value[i] * (16 - weight), -4096, 4096);
  return sum >> 4;
}
static inline uint32_t fold(uint32_t seed, const uint8_t *bytes, unsigned count) {
  while (count--) seed = (seed ^ *bytes++) * 16777619u;
  return seed;
}
static inline int smooth(filter_t *filter, const sample_t *input) {
  int mixed = blend(&filter->last, input, filter->gain & 15);
  filter->last = *input;
  return clamp(mixed + filter->offset, -2048, 2047);
}
int crash_here(int depth, const sample_t *sample);
`;

function mainSource(units) {
  const steps = Array.from({ length: units }, (_, unit) => `int unit_${unit}_step(const sample_t *input, int depth);`);
  const calls = Array.from({ length: units }, (_, unit) => `  sum += unit_${unit}_step(&sample, 0);`);
  return `#include "shared.h"
${steps.join('\n')}
extern int stack_top;
void reset_handler(void);
__attribute__((section(".vectors"), used)) void *const vectors[16] = { (void *)0x20400000, (void *)reset_handler };
__attribute__((noinline)) int crash_here(int depth, const sample_t *sample) {
  volatile int sum = depth + sample->value[0];
  for (;;) sum++;
  return sum;
}
int run_all(void) {
  sample_t sample = { 1, { 2, 3, 4, 5 }, 1, 1 };
  int sum = 0;
${calls.join('\n')}
  return sum;
}
void reset_handler(void) {
  sample_t sample = { 7, { 100, -200, 300, -400 }, 2, 1 };
  unit_0_step(&sample, 12);
  run_all();
  for (;;) {}
}
`;
}

/** Each unit has functions that are used, with inlined code in them, and one in four that nobody calls. */
function unitSource(unit, units) {
  const used = Array.from({ length: FUNCTIONS }, (_, index) => usedFunction(unit, index));
  const dropped = Array.from({ length: DROPPED }, (_, index) => droppedFunction(unit, index));
  const next = (unit * 7 + 1) % units;
  return `#include "shared.h"
struct state_${unit} { filter_t filter[3]; enum mode mode; union word word; uint32_t history[${4 + (unit % 9)}]; };
static struct state_${unit} state_${unit};
static int count_${unit};
int unit_${next}_step(const sample_t *input, int depth);
${used.join('')}${dropped.join('')}
__attribute__((noinline)) int unit_${unit}_step(const sample_t *input, int depth) {
  sample_t copy = *input;
  uint8_t bytes[8] = { ${unit % 200}, 1, 2, 3 };
  struct state_${unit} *state = &state_${unit};
  int first = smooth(&state->filter[0], &copy);
  int total = first;
  copy.value[1] += depth;
${used.map((_, index) => `  total += part_${unit}_${index}(state, &copy, total);`).join('\n')}
  state->word.whole = fold(total, bytes, sizeof bytes);
  if (depth == 1) total += crash_here(depth, &copy);
  if (depth > 1) total += unit_${next}_step(&copy, depth - 1) * 3;
  count_${unit} += total + bytes[depth & 7];
  return clamp(total + count_${unit}, -100000, 100000);
}
`;
}

const FUNCTIONS = 6;
const DROPPED = 2;

function usedFunction(unit, index) {
  const seed = unit * 31 + index * 17;
  return `
static __attribute__((noinline)) int part_${unit}_${index}(struct state_${unit} *state, const sample_t *input, int bias) {
  int sum = bias + ${seed % 97};
  filter_t *filter = &state->filter[${index % 3}];
  for (int round = 0; round < ${2 + (seed % 5)}; round++) {
    sample_t shifted = *input;
    shifted.value[round & 3] = (int16_t)clamp(sum >> round, ${-(seed % 50)}, ${seed % 60});
    sum += smooth(filter, &shifted);
    if (sum & ${1 << (seed % 7)}) sum ^= fold(sum, (const uint8_t *)&shifted, sizeof shifted);
  }
  state->history[${index % 4}] = sum;
  return sum;
}
`;
}

function droppedFunction(unit, index) {
  return `
int dropped_${unit}_${index}(const sample_t *left, const sample_t *right) {
  int total = ${unit + index};
  for (int i = 0; i < ${3 + (unit % 4)}; i++) total += blend(left, right, i + total) * clamp(total, ${index}, ${unit + 5});
  return total;
}
`;
}
