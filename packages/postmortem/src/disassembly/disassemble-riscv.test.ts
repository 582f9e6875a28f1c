/** The text of RISC-V instructions, compared with LLVM's over all code of the fixtures, and that accesses are decoded as the text says. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { address } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { decodeRiscV } from '../fault/action/riscv.ts';
import { loadDisassembler } from './disassemble.ts';

const disassemble = await loadDisassembler();
const FILES = ['elf/rv32-O2-gcc', 'elf/rv32-O2-clang', 'threads/freertos-rv32'].map((name) =>
  fileURLToPath(new URL(`../../../../fixtures/${name}.elf`, import.meta.url)),
);

interface Line {
  readonly at: number;
  readonly code: readonly number[];
  readonly text: string;
}

/** Without what LLVM could not decode. */
function disassembleByTool(file: string, ...options: readonly string[]): Line[] {
  const args = ['-d', '--no-symbolic-operands', '--mattr=+m,+a,+c', ...options, file];
  const { stdout } = spawnSync('llvm-objdump-14', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return stdout.split('\n').flatMap((line) => {
    const [, at = '', bytes = '', text = ''] = /^\s*([0-9a-f]+):\s+((?:[0-9a-f]{2} )+)\s*\t(.*)$/.exec(line) ?? [];
    if (at === '' || /^(?:\.|<unknown>)/.test(text)) return [];
    const code = bytes.trim().split(' ');
    return [{ at: Number.parseInt(at, 16), code: code.map((byte) => Number.parseInt(byte, 16)), text }];
  });
}

/** Both write the same instruction in their own style: numbers in one base, no symbols. */
function normal(text: string): string {
  return text
    .replace(/<.*>/g, '')
    .replace(/-?0x[0-9a-f]+/g, (hex) => String(Number(hex.replace('-', '')) * (hex.startsWith('-') ? -1 : 1)))
    .replace(/[\s,]+/g, ' ')
    .trim();
}

/** Constants among the code that look like hints, which LLVM writes as other extensions have them. */
const HINT = /^c\.(?:slli\s+zero,|srli64\s)/;
/** Their targets are written in another way. */
const JUMP = /^(?:c\.)?(?:b[a-z]+|j|jal)\s/;

describeWith(['llvm-objdump-14'], 'beside LLVM, over all RISC-V code of the fixtures', () => {
  it('says the same of every instruction but jumps', () => {
    const different: string[] = [];
    let count = 0;
    for (const file of FILES) {
      const plain = disassembleByTool(file, '-M', 'no-aliases');
      const aliases = new Map(disassembleByTool(file).map(({ at, text }) => [at, text]));
      for (const { at, code, text } of plain) {
        if (JUMP.test(text) || HINT.test(text)) continue;
        count += 1;
        const ours = normal(disassemble({ machine: 'riscv32', code: Uint8Array.from(code), at: address(at) }) ?? '?');
        if (ours !== normal(text) && ours !== normal(aliases.get(at) ?? '')) different.push(`${text}: ${ours}`);
      }
    }
    expect(different.slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan(1000);
  });

  it('finds the memory accesses that the text shows, with base, offset and size', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const { code, text } of FILES.flatMap((file) => disassembleByTool(file, '-M', 'no-aliases'))) {
      const shown = /^(?:c\.)?([ls])([bhw])u?(?:sp)?\s+(\w+), (-?\w+)\((\w+)\)$/.exec(text);
      if (!shown) continue;
      count += 1;
      const [, direction, size = '', , offset, base = ''] = shown;
      const word = code.reduce((sum, byte, index) => sum | (byte << (8 * index)), 0);
      const at = 0x1000;
      const action = decodeRiscV(word, { [base]: at });
      const expected = {
        kind: direction === 'l' ? 'load' : 'store',
        address: (base === 'zero' ? 0 : at) + Number(offset),
        size: { b: 1, h: 2, w: 4 }[size],
      };
      const ours = action && 'size' in action ? { kind: action.kind, address: action.address, size: action.size } : action;
      if (JSON.stringify(ours) !== JSON.stringify(expected)) wrong.push(`${text}: ${JSON.stringify(ours)}`);
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan(350);
  });
});
