/** The exception index of compiled C++ against its call frame information, at every call. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RegisterRule, UnwindRow } from '@noinit/dwarf';
import { findSection, parseElf, sectionBytes } from '@noinit/elf';
import { address } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { loadSymbols } from '../load-symbols.ts';

const SOURCE = fileURLToPath(new URL('../../test/exidx/frames.cpp', import.meta.url));
const HARD = ['-mfloat-abi=hard', '-mfpu=fpv5-d16'];

const BUILDS = [
  ['-mcpu=cortex-m0', '-Os'],
  ['-mcpu=cortex-m3', '-O0'],
  ['-mcpu=cortex-m3', '-O2'],
  ['-mcpu=cortex-m7', '-O2', ...HARD],
  ['-mcpu=cortex-m33', '-Og', '-fno-omit-frame-pointer'],
] as const;

describeWith(['arm-none-eabi-gcc'], 'the exception index of C++', () => {
  it.each(BUILDS.map((flags) => [flags.join(' '), flags] as const))(
    '%s equals call frame information at every call',
    (_name, flags) => {
      const elf = parseElf(compile(flags));
      const symbols = loadSymbols(elf);
      const calls = findCalls(elf).filter((end) => symbols.exceptionIndexRow(address(end - 1)) !== undefined);
      expect(calls.length).toBeGreaterThan(30);
      for (const end of calls) {
        const index = symbols.exceptionIndexRow(address(end - 1));
        const frame = symbols.unwindRow(address(end - 1));
        expect({ end, frame: savedIn(index) }).toEqual({ end, frame: savedIn(frame) });
      }
    },
  );
});

function compile(flags: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-exidx-'));
  try {
    const file = join(folder, 'frames.elf');
    const link = ['-nostdlib', '-nostartfiles', '-Wl,--unresolved-symbols=ignore-all', '-Wl,-e,0', '-Wl,--no-gc-sections'];
    const args = [...flags, '-mthumb', '-g', '-std=c++17', '-fexceptions', ...link, SOURCE, '-o', file];
    const { status, stderr } = spawnSync('arm-none-eabi-gcc', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the compiler failed: ${stderr}`);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ends of all BL instructions, as far as reading halfwords one by one finds them. */
function findCalls(elf: ReturnType<typeof parseElf>): number[] {
  const text = findSection(elf, '.text');
  if (!text) return [];
  const bytes = sectionBytes(elf, text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends: number[] = [];
  for (let offset = 0; offset + 4 <= bytes.length; offset += 2) {
    const isCall = (view.getUint16(offset, true) & 0xf800) === 0xf000 && (view.getUint16(offset + 2, true) & 0xd000) === 0xd000;
    if (isCall) ends.push(text.address + offset + 4);
  }
  return ends;
}

/** Where registers are, counted from the CFA, which both may count from other registers: only saved ones can be compared. */
function savedIn(row: UnwindRow | undefined): Readonly<Record<string, RegisterRule>> {
  const rules = [...(row?.registers ?? [])].filter(([register]) => register >= 4 && register !== 12);
  return Object.fromEntries(rules.map(([register, rule]) => [String(register), rule]).toSorted());
}
