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
const D0 = 256;
const D15 = 271;

/** Registers that DWARF has no number for; kept in the set because exceptions need them. */
export const XPSR = 10000;
export const MSP = 10001;
export const PSP = 10002;
export const FPSCR = 10003;
export const FPCCR = 10004;
/** S0 to S15 of the code that an exception interrupted, which the processor has not saved yet, and behind them its FPSCR. */
export const UNSAVED_S0 = 10100;
export const UNSAVED_FPSCR = UNSAVED_S0 + 16;

/** FPCCR: the floating-point registers of an exception frame are still to be saved (Armv7-M ARM B3.2.21). */
const LSPACT = 1;
/** EXC_RETURN: the frame has no room for floating-point registers. */
const NO_FLOATING_POINT = 1 << 4;

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
export function readCortexMRegisters(values: RegisterValues, system: RegisterValues): RegisterSet {
  const known: [number, number][] = [];
  for (const [name, value] of Object.entries(values)) {
    const number = NUMBERS.get(name);
    if (number !== undefined) known.push([number, value >>> 0]);
  }
  const registers = new RegisterSet(known);
  const control = system['fpccr'];
  if (control === undefined) return registers;
  return registers.with([[FPCCR, control], ...unsaved(registers, control, values['exc_return'])]);
}

/**
 * With lazy stacking pending, the innermost frame with room for them stands for registers that are still in the processor.
 * Where that frame is the one that the dump itself was taken behind (`exc_return`), all others have been saved.
 */
function unsaved(registers: RegisterSet, control: number, excReturn: number | undefined): [number, number | undefined][] {
  const isOfDump = excReturn !== undefined && (excReturn & NO_FLOATING_POINT) === 0;
  if ((control & LSPACT) === 0 || isOfDump) return [];
  const singles = Array.from({ length: 16 }, (_, index): [number, number | undefined] => {
    return [UNSAVED_S0 + index, registers.get(S0 + index)];
  });
  // One entry marks that something is pending, whether or not its value was captured.
  return [...singles, [UNSAVED_FPSCR, registers.get(FPSCR) ?? 0]];
}

/** What exceptions change and nothing else: the exception number, both stack pointers of which SP is one, pending state. */
export function isBankedOnCortexM(register: number): boolean {
  return register === XPSR || register === MSP || register === PSP || register >= FPCCR;
}

/** r4 to r11, S16 to S31 (AAPCS32 6.1), and what no call touches: the banked stack pointers and the exception number. */
export function isPreservedOnCortexM(register: number): boolean {
  return (register >= 4 && register <= 11) || (register >= S16 && register <= S31) || isBankedOnCortexM(register);
}

/** D0 to D15 are pairs of single registers. */
export function halvesOnCortexM(register: number): readonly [number, number] | undefined {
  if (register < D0 || register > D15) return undefined;
  const low = S0 + 2 * (register - D0);
  return [low, low + 1];
}
