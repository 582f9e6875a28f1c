/** Cortex-M registers: the dump's names and DWARF's numbers (Arm AADWARF32, 4.1). */
import type { RegisterValues } from '@noinit/model';
import { RegisterSet } from '../register-set.ts';

export const SP = 13;
export const LR = 14;
export const PC = 15;
/** S0; S0 to S31 are 64 to 95. D0 to D31 (256 to 287) are read as pairs of them. */
export const S0 = 64;
export const S16 = 80;
export const S31 = 95;

/** Registers that DWARF has no number for; kept in the set because exceptions need them. */
export const XPSR = 10000;
export const MSP = 10001;
export const PSP = 10002;
export const FPSCR = 10003;

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: 13 }, (_, index): [string, number] => [`r${index}`, index]),
  ['sp', SP],
  ['lr', LR],
  ['pc', PC],
  ...Array.from({ length: 32 }, (_, index): [string, number] => [`s${index}`, S0 + index]),
  ['xpsr', XPSR],
  ['msp', MSP],
  ['psp', PSP],
  ['fpscr', FPSCR],
]);

/** The registers of a dump's thread that unwinding can use. */
export function readCortexMRegisters(values: RegisterValues): RegisterSet {
  const known: [number, number][] = [];
  for (const [name, value] of Object.entries(values)) {
    const number = NUMBERS.get(name);
    if (number !== undefined) known.push([number, value >>> 0]);
  }
  return new RegisterSet(known);
}

/** The exception number and the two stack pointers of which SP is one. */
export function isBankedOnCortexM(register: number): boolean {
  return register === XPSR || register === MSP || register === PSP;
}

/** r4 to r11, S16 to S31 (AAPCS32 6.1), and what no call touches: the banked stack pointers and the exception number. */
export function isPreservedOnCortexM(register: number): boolean {
  return (register >= 4 && register <= 11) || (register >= S16 && register <= S31) || isBankedOnCortexM(register);
}
