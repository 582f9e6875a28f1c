/** The text of instructions, compared with LLVM's over all code of the fixtures, and that accesses are decoded as the text says. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { address } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { decodeThumb16 } from '../fault/action/thumb16.ts';
import { decodeThumb32, isWide } from '../fault/action/thumb32.ts';
import { loadDisassembler } from './disassemble.ts';

const disassemble = await loadDisassembler();
const AT = address(0x0800_0100);

const textOf = (code: readonly number[], xpsr?: number) =>
  disassemble({ machine: 'cortex-m', code: Uint8Array.from(code), at: AT, ...(xpsr !== undefined && { xpsr }) });

describe('the text of an instruction', () => {
  it.each([
    ['ldr r3, [r2, #8]', [0x93, 0x68]],
    ['udiv r3, r2, r3', [0xb2, 0xfb, 0xf3, 0xf3]],
    ['udf #0', [0x00, 0xde]],
    ['vldr s0, [r3]', [0x93, 0xed, 0x00, 0x0a]],
    ['blxns r3', [0x9c, 0x47]],
  ])('is %s', (text, code) => {
    expect(textOf(code)).toBe(text);
  });

  it('has the condition that the status register says', () => {
    // Two instructions are left of an IT block for EQ: the state is 0b0000_1100, in bits 15 to 10.
    expect(textOf([0x08, 0x46], 0x0c << 8)).toBe('moveq r0, r1');
    expect(textOf([0x08, 0x46], 0x0100_0000)).toBe('mov r0, r1');
  });

  it('is unknown where the bytes are none or not all there', () => {
    expect(textOf([0xff, 0xff, 0xff, 0xff])).toBeUndefined();
    expect(textOf([0x93])).toBeUndefined();
    expect(textOf([])).toBeUndefined();
    expect(textOf([0xb2, 0xfb])).toBeUndefined();
  });

  it('is RISC-V’s where the machine is', () => {
    const code = Uint8Array.of(0x98, 0x45);
    expect(disassemble({ machine: 'riscv32', code, at: AT })).toBe('c.lw a4, 8(a1)');
  });
});

const FOLDER = fileURLToPath(new URL('../../../../fixtures/', import.meta.url));

interface Line {
  readonly at: number;
  readonly code: readonly number[];
  readonly text: string;
}

/** Instructions as `llvm-objdump -d` prints them, without what it could not decode. */
function disassembleByTool(file: string): Line[] {
  const { stdout } = spawnSync('llvm-objdump-14', ['-d', '--no-symbolic-operands', file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return stdout.split('\n').flatMap((line) => {
    const found = /^\s*([0-9a-f]+):\s+((?:[0-9a-f]{2} )+)\s*\t(.*)$/.exec(line);
    const [, at = '', bytes = '', text = ''] = found ?? [];
    if (!found || /^(?:\.|<unknown>)/.test(text)) return [];
    return [
      {
        at: Number.parseInt(at, 16),
        code: bytes
          .trim()
          .split(' ')
          .map((byte) => Number.parseInt(byte, 16)),
        text,
      },
    ];
  });
}

/** Both write the same instruction in their own style: numbers in one base, no symbols, no comments, no width marks. */
function normal(text: string): string {
  return text
    .replace(/@.*|<.*>|;.*/g, '')
    .replace(/\.(?:w|n)\b/g, '')
    .replace(/0x[0-9a-f]+/g, (hex) => String(Number.parseInt(hex, 16)))
    .replace(/-\d+/g, (number) => String(Number(number) >>> 0))
    .replace(/\br9\b/g, 'sb')
    .replace(/\br10\b/g, 'sl')
    .replace(/\br11\b/g, 'fp')
    .replace(/\br12\b/g, 'ip')
    .replace(/[\s,#]+/g, ' ')
    .trim();
}

describeWith(['llvm-objdump-14'], 'beside LLVM, over all code of the fixtures', () => {
  const files = ['elf', 'crash', 'threads'].flatMap((folder) =>
    readdirSync(`${FOLDER}${folder}`)
      .filter((name) => name.endsWith('.elf'))
      .map((name) => `${FOLDER}${folder}/${name}`)
      .filter((file) => isLittleEndianArm(readFileSync(file))),
  );

  it('says the same of every instruction but branches, whose target is written in another way', () => {
    const different = new Map<string, string>();
    let count = 0;
    for (const file of files) {
      // Inside an IT block the condition is in the status register, which is not known here.
      let conditional = 0;
      for (const { at, code, text } of disassembleByTool(file)) {
        const it = /^it([te]*)\b/.exec(text);
        const isConditional = conditional-- > 0;
        if (it) conditional = (it[1]?.length ?? 0) + 1;
        if (isConditional || /^(?:b|bl|blx|cbz|cbnz|b[a-z]{2}|adr)(?:\.[wn])?\s/.test(text)) continue;
        count += 1;
        const ours = disassemble({ machine: 'cortex-m', code: Uint8Array.from(code), at: address(at) });
        if (normal(ours ?? '') !== normal(text)) different.set(normal(text), normal(ours ?? '?'));
      }
    }
    expect([...different].slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan(3000);
  });

  it('finds the memory accesses that the text shows, with base, offset and register', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const file of files) {
      for (const { at, code, text } of disassembleByTool(file)) {
        const [first = 0, second = 0] = [halfword(code, 0), halfword(code, 2)];
        const registers = { pc: at };
        const action = isWide(first) ? decodeThumb32(first, second, registers) : decodeThumb16(first, registers);
        const shown =
          /^(ldr|str)(s?[bh])?(?:eq|ne|cs|cc|mi|pl|hi|ls|ge|lt|gt|le|hs|lo)?(?:\.w|\.n)?\s+(\w+), \[(\w+)(?:, #(-?\w+))?\]/.exec(
            text,
          );
        if (!shown) continue;
        count += 1;
        const [, operation, , register, base, offset] = shown;
        const expected = {
          kind: operation === 'ldr' ? 'load' : 'store',
          base: plain(base),
          offset: Number(offset ?? 0),
          register: plain(register),
        };
        const { kind, ...rest } = action ?? { kind: 'nothing' };
        const ours = { kind, ...('base' in rest && { base: rest.base, offset: rest.offset, register: rest.register }) };
        if (JSON.stringify(ours) !== JSON.stringify(expected)) wrong.push(`${text}: ${JSON.stringify(ours)}`);
      }
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan(500);
  });
});

/** By the ELF header: EI_CLASS and EI_DATA at bytes 4 and 5, e_machine at 18. */
function isLittleEndianArm(elf: Uint8Array): boolean {
  return elf[4] === 1 && elf[5] === 1 && halfword([...elf.subarray(18, 20)], 0) === EM_ARM;
}

const EM_ARM = 40;

function halfword(code: readonly number[], at: number): number {
  return (code[at] ?? 0) | ((code[at + 1] ?? 0) << 8);
}

function plain(name: string | undefined): string {
  const names: { readonly [alias: string]: string } = {
    sb: 'r9',
    sl: 'r10',
    fp: 'r11',
    ip: 'r12',
    r13: 'sp',
    r14: 'lr',
    r15: 'pc',
  };
  return names[name ?? ''] ?? name ?? '';
}
