/** A value that lives in a register or in several that make one. */
import type { TargetMachine } from '@noinit/model';
import { bytesOfNumber } from './number-bytes.ts';
import type { Bytes } from './storage.ts';
import type { FrameRegisters } from './target.ts';

/** Whose registers, and in which order their bytes would stand in memory. */
export interface RegisterFile {
  readonly registers: FrameRegisters;
  readonly machine: TargetMachine;
  readonly littleEndian: boolean;
}

/** AADWARF32 4.1: S0 to S31 (the numbers GCC and Clang use for single ones); D0 to D31, of which D0 to D15 are pairs of S. */
const S0 = 64;
const D0 = 256;
const D15 = 271;
/** Bytes of a register that `FrameRegisters` gives. */
const WORD_BYTES = 4;

/** The low `size` bytes, in target order. */
export function readRegister(register: number, size: number, file: RegisterFile): Bytes {
  const parts = partsOf(register, file.machine);
  if (size > WORD_BYTES * parts.length) {
    const detail = `a value of ${size} bytes in ${registerName(register, file.machine)}`;
    return { kind: 'unknown', unknown: { why: 'unsupported', detail } };
  }
  let value = 0n;
  for (const part of parts.toReversed()) {
    const word = file.registers.get(part);
    if (word === undefined) return notRecovered(register, file.machine);
    value = (value << 32n) | BigInt(word);
  }
  return { kind: 'bytes', bytes: bytesOfNumber(value, size, file.littleEndian) };
}

/** Words that make a register, the least significant first. */
function partsOf(register: number, machine: TargetMachine): readonly number[] {
  const isPair = machine === 'cortex-m' && register >= D0 && register <= D15;
  return isPair ? [S0 + 2 * (register - D0), S0 + 2 * (register - D0) + 1] : [register];
}

function notRecovered(register: number, machine: TargetMachine): Bytes {
  const name = registerName(register, machine);
  // Many dumps hold none of the floating-point registers.
  const isOftenLeftOut = machine === 'cortex-m' && register >= S0;
  const detail = `${name} is not known in this frame: ${isOftenLeftOut ? 'it is not in the dump, or ' : ''}what it called did not save it`;
  return { kind: 'unknown', unknown: { why: 'register-not-recovered', detail } };
}

/** DWARF number of the stack pointer, which at entry to a function holds the call frame address; undefined where it does not. */
export function stackPointerOf(machine: TargetMachine): number | undefined {
  if (machine === 'cortex-m') return 13;
  if (machine === 'aarch64') return 31;
  return machine === 'riscv32' || machine === 'riscv64' ? 2 : undefined;
}

/** Whether compilers count places on the stack from a register: the stack pointer and those used as frame pointers. */
export function isStackRegister(register: number, machine: TargetMachine): boolean {
  return (STACK_REGISTERS.get(machine) ?? []).includes(register);
}

/** `r4`, `sp`, `s16`, `d8`, `a0`, `fs1`; another by its DWARF number. */
export function registerName(register: number, machine: TargetMachine = 'cortex-m'): string {
  const name = machine === 'cortex-m' ? armName(register) : machine.startsWith('riscv') ? RISCV_NAMES[register] : undefined;
  return name ?? `register ${register}`;
}

function armName(register: number): string | undefined {
  if (register <= 12) return `r${register}`;
  if (register <= 15) return ['sp', 'lr', 'pc'][register - 13];
  if (register >= S0 && register < S0 + 32) return `s${register - S0}`;
  return register >= D0 && register < D0 + 32 ? `d${register - D0}` : undefined;
}

/** r7 and r11 on ARM, x8 on RISC-V, x29 on AArch64, rbp on x86-64. */
const STACK_REGISTERS: ReadonlyMap<TargetMachine, readonly number[]> = new Map<TargetMachine, readonly number[]>([
  ['cortex-m', [13, 7, 11]],
  ['riscv32', [2, 8]],
  ['riscv64', [2, 8]],
  ['aarch64', [31, 29]],
  ['x86-64', [7, 6]],
]);

const numbered = (letter: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${letter}${from + index}`);
/** x0 to x31, then f0 to f31, by the names of the RISC-V ABI. */
const RISCV_NAMES: readonly string[] = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
  ...[...numbered('a', 0, 7), ...numbered('s', 2, 11), ...numbered('t', 3, 6)],
  ...[...numbered('ft', 0, 7), 'fs0', 'fs1', ...numbered('fa', 0, 7), ...numbered('fs', 2, 11), ...numbered('ft', 8, 11)],
];
