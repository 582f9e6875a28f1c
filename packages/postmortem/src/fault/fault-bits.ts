/** Names of the bits that Cortex-M fault status registers set (Armv7-M ARM B3.2.15 and B3.2.16, Armv8-M ARM D1.2). */
import type { RegisterValues } from '@noinit/model';

/** Bit by number, as the architecture names it. The valid bits of the two address registers say nothing by themselves. */
const CFSR_BITS: ReadonlyMap<number, string> = new Map([
  [0, 'IACCVIOL'],
  [1, 'DACCVIOL'],
  [3, 'MUNSTKERR'],
  [4, 'MSTKERR'],
  [5, 'MLSPERR'],
  [7, 'MMARVALID'],
  [8, 'IBUSERR'],
  [9, 'PRECISERR'],
  [10, 'IMPRECISERR'],
  [11, 'UNSTKERR'],
  [12, 'STKERR'],
  [13, 'LSPERR'],
  [15, 'BFARVALID'],
  [16, 'UNDEFINSTR'],
  [17, 'INVSTATE'],
  [18, 'INVPC'],
  [19, 'NOCP'],
  [20, 'STKOF'],
  [24, 'UNALIGNED'],
  [25, 'DIVBYZERO'],
]);

const HFSR_BITS: ReadonlyMap<number, string> = new Map([
  [1, 'VECTTBL'],
  [30, 'FORCED'],
  [31, 'DEBUGEVT'],
]);

/** Of the secure state (Armv8-M). One name is also in CFSR. */
const SFSR_BITS: ReadonlyMap<number, string> = new Map([
  [0, 'INVEP'],
  [1, 'INVIS'],
  [2, 'INVER'],
  [3, 'AUVIOL'],
  [4, 'INVTRAN'],
  [5, 'SFSR.LSPERR'],
  [6, 'SFARVALID'],
  [7, 'LSERR'],
]);

/** Debug events that end in a fault where no debugger takes them; that a debugger halted the processor says nothing. */
const DFSR_BITS: ReadonlyMap<number, string> = new Map([
  [1, 'BKPT'],
  [2, 'DWTTRAP'],
  [3, 'VCATCH'],
]);

/** Every set bit of CFSR, HFSR, SFSR and DFSR; they stay set until cleared, so more than one fault may show. */
export function findFaultBits(system: RegisterValues): readonly string[] {
  const hard = namesOf(system['hfsr'], HFSR_BITS);
  return [
    ...namesOf(system['cfsr'], CFSR_BITS),
    ...hard,
    ...namesOf(system['sfsr'], SFSR_BITS),
    ...(hard.includes('DEBUGEVT') ? namesOf(system['dfsr'], DFSR_BITS) : []),
  ];
}

function namesOf(word: number | undefined, names: ReadonlyMap<number, string>): string[] {
  if (word === undefined) return [];
  return [...names].filter(([bit]) => ((word >>> bit) & 1) === 1).map(([, name]) => name);
}
