/** RISC-V registers: the dump's names and DWARF's numbers (RISC-V ELF psABI, "DWARF Register Numbers"). */
import type { RegisterValues } from '@noinit/model';
import { RegisterSet } from '../../register-set.ts';

export const RA = 1;
export const SP = 2;
export const FP = 8;
/** Of the control and status registers: 4096 and their own numbers. */
const CSR = 4096;
export const MSTATUS = CSR + 0x300;
export const MEPC = CSR + 0x341;
export const MCAUSE = CSR + 0x342;
/** The program counter has no number. */
export const PC = 10000;

const ABI_NAMES = (
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 ' + 's2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'
).split(' ');

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...ABI_NAMES.map((name, index): [string, number] => [name, index]),
  ...ABI_NAMES.map((_, index): [string, number] => [`x${index}`, index]),
  ['fp', FP],
  ['pc', PC],
]);

/** x0 is 0 in every program, whatever the dump holds. */
export function readRiscvRegisters(values: RegisterValues, system: RegisterValues): RegisterSet {
  const known: [number, number][] = [];
  for (const [name, value] of Object.entries(values)) {
    const number = NUMBERS.get(name);
    if (number !== undefined) known.push([number, value >>> 0]);
  }
  return new RegisterSet([...known, [0, 0], ...trapRegisters(values, system)]);
}

/** Where the dump's pc is mepc itself, the trap that it tells of has been undone: an outer handler's is not known. */
function trapRegisters(values: RegisterValues, system: RegisterValues): [number, number][] {
  const mepc = system['mepc'] ?? values['mepc'];
  const mcause = system['mcause'] ?? values['mcause'];
  if (mepc === undefined || mepc === values['pc']) return [];
  return [[MEPC, mepc >>> 0], ...(mcause === undefined ? [] : [[MCAUSE, mcause >>> 0] as [number, number]])];
}

/** sp, gp, tp, s0 to s11, fs0 to fs11 (psABI, "Register Convention"), x0, and what only traps change. */
export function isPreservedOnRiscv(register: number): boolean {
  if (register <= 4) return register !== RA;
  if (register === 8 || register === 9 || (register >= 18 && register <= 27)) return true;
  return register === 40 || register === 41 || (register >= 50 && register <= 59) || isBankedOnRiscv(register);
}

export function isBankedOnRiscv(register: number): boolean {
  return register === MEPC || register === MCAUSE || register === 0;
}

/** ra, t0 to t6, a0 to a7. */
export const SCRATCH = [RA, 5, 6, 7, ...Array.from({ length: 8 }, (_, index) => 10 + index), 28, 29, 30, 31];
/** ra and s0 to s11. */
export const FOLLOWED = [RA, FP, 9, ...Array.from({ length: 10 }, (_, index) => 18 + index)];
/** Everything that a trap handler may save. */
export const SAVED_BY_TRAPS = [
  ...Array.from({ length: 31 }, (_, index) => 1 + index).filter((register) => register !== SP),
  MEPC,
  MCAUSE,
];
/** t0 to t6. */
export const TEMPORARIES = [5, 6, 7, 28, 29, 30, 31];
